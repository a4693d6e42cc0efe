package dev.keymgr.command;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.rollover.Derivation;
import dev.keymgr.rollover.Freeze;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.StepText;
import dev.keymgr.rollover.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The stable JSON of every command, in one place. Instants are ISO-8601 in UTC, durations whole seconds. */
final class Views {
    private Views() {}

    static Map<String, Object> key(SigningKey key, RolloverPolicy policy, Instant now) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kid", key.kid().value());
        view.put("scope", key.group().scope().value());
        view.put("algorithm", key.algorithm().name());
        view.put("state", key.state().name());
        view.put("privateHalf", key.privateHalf().name());
        view.put("token", key.location().token().value());
        view.put("ckaId", key.location().id().hex());
        view.put("ageSeconds", Duration.between(key.times().generatedAt(), now).toSeconds());
        new Timing(policy)
                .readyAt(key)
                .ifPresent(r -> view.put("readyAt", r.result().toString()));
        view.put("times", times(key));
        if (key.compromise() != null) {
            view.put(
                    "compromise",
                    Map.of(
                            "reason", key.compromise().reason(),
                            "cause", key.compromise().cause().name(),
                            "invalidFrom", key.compromise().invalidFrom().toString()));
        }
        return view;
    }

    /** The instants that have come, by name. */
    static Map<String, Object> times(SigningKey key) {
        Map<String, Object> times = new LinkedHashMap<>();
        for (Moment moment : Moment.values()) {
            key.times().find(moment).ifPresent(t -> times.put(name(moment), t.toString()));
        }
        return times;
    }

    /** {@code PRIVATE_DESTROYED} as {@code privateDestroyedAt}. */
    private static String name(Moment moment) {
        StringBuilder name = new StringBuilder();
        for (String word : moment.name().toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(name.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.append("At").toString();
    }

    static Map<String, Object> step(PlannedStep step) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("at", step.earliest().toString());
        view.put("step", StepText.of(step.step()));
        view.put("reason", step.reason());
        return view;
    }

    static Map<String, Object> freeze(Freeze freeze) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("from", freeze.from().toString());
        view.put("until", freeze.until().toString());
        view.put("reason", freeze.reason());
        return view;
    }

    static Map<String, Object> revocation(ScheduledRevocation ordered) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kid", ordered.kid().value());
        view.put("at", ordered.at().toString());
        view.put("reason", ordered.record().reason());
        view.put("cause", ordered.record().cause().name());
        view.put("invalidFrom", ordered.record().invalidFrom().toString());
        return view;
    }

    static Map<String, Object> finding(Posture.Finding finding) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("severity", finding.severity().name());
        view.put("code", finding.code());
        view.put("message", finding.message());
        return view;
    }

    static Map<String, Object> derivation(Derivation derivation) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", derivation.name());
        view.put(
                "base",
                Map.of("name", derivation.baseName(), "at", derivation.base().toString()));
        view.put(
                "terms",
                derivation.terms().stream()
                        .map(t -> Map.of(
                                "symbol",
                                t.symbol(),
                                "meaning",
                                t.meaning(),
                                "seconds",
                                t.value().toSeconds()))
                        .toList());
        view.put("result", derivation.result().toString());
        return view;
    }

    static Map<String, Object> advance(Advance advance) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("scope", advance.keyring().scope().value());
        view.put("generation", advance.keyring().generation().value());
        view.put(
                "done",
                advance.done().stream()
                        .map(d -> Map.of("at", d.at().toString(), "step", d.what(), "reason", d.reason()))
                        .toList());
        view.put(
                "failed",
                advance.failures().stream()
                        .map(f -> Map.of("step", f.what(), "error", Failures.view(f.error())))
                        .toList());
        view.put("nextLookAt", advance.next().nextLookAt().toString());
        return view;
    }

    static Map<String, Object> audit(AuditRecord record) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("sequence", record.sequence());
        view.put("at", record.event().at().toString());
        view.put("actor", record.event().actor());
        view.put("action", record.event().action().id());
        view.put("scope", record.event().scope().value());
        if (record.event().kid() != null) {
            view.put("kid", record.event().kid().value());
        }
        view.put("details", record.event().details());
        view.put("previousHash", record.previousHash());
        view.put("hash", record.hash());
        return view;
    }

    static List<Map<String, Object>> audits(List<AuditRecord> records) {
        return records.stream().map(Views::audit).toList();
    }
}
