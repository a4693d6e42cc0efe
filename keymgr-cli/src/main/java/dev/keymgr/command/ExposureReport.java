package dev.keymgr.command;

import dev.keymgr.audit.Confirmations;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Derivation;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.Exposure.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The exposure clock, printed and followed. */
final class ExposureReport {
    private static final Duration PULSE = Duration.ofSeconds(1);

    private final KeymgrCommand root;

    ExposureReport(KeymgrCommand root) {
        this.root = root;
    }

    /** Every key of a scope that is revoked and was ever published. */
    List<Exposure> of(ScopeConfig config) {
        Keyring keyring = root.workbench().inventory().read(config.scope().name());
        return of(config, keyring, keyring.keys().stream().map(SigningKey::kid).toList());
    }

    /** Those of some keys. */
    List<Exposure> of(ScopeConfig config, Keyring keyring, Collection<Kid> kids) {
        List<Exposure.Verifier> registered =
                root.workbench().registered(config.scope().name());
        Confirmations confirmations = root.workbench().confirmations();
        List<Exposure> exposures = new ArrayList<>();
        for (Kid kid : kids) {
            if (keyring.require(kid).compromise() != null) {
                Exposure.of(keyring, kid, config.policy(), registered, confirmations.of(kid))
                        .ifPresent(exposures::add);
            }
        }
        return exposures;
    }

    /** Keys that left together are told together. */
    void print(List<Exposure> exposures) {
        Map<List<Object>, List<Exposure>> alike = exposures.stream()
                .collect(Collectors.groupingBy(
                        e -> List.<Object>of(e.key().group().scope(), String.valueOf(e.withdrawnAt()), e.reaches()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        alike.values().forEach(this::printAlike);
    }

    private void printAlike(List<Exposure> alike) {
        Terminal terminal = root.terminal();
        Style style = terminal.style();
        Exposure one = alike.get(0);
        Instant now = root.workbench().now();
        terminal.print("");
        terminal.print(style.bold("exposure") + " of "
                + alike.stream().map(e -> e.key().kid().prefix()).collect(Collectors.joining(", ")) + " in "
                + one.key().group().scope() + ", revoked " + Times.at(one.revokedAt()));
        if (one.withdrawnAt() == null) {
            terminal.print("  "
                    + style.bad("it still stands in a document; run keymgr apply "
                            + one.key().group().scope() + " until it does not"));
            return;
        }
        Table table = new Table();
        one.reaches().forEach(r -> row(table, r, style));
        Instant ends = one.ends().orElseThrow();
        table.row(
                style.bold("all that are known"),
                one.overSince(now).isPresent() ? "have stopped" : "have stopped by",
                style.bold(Times.at(ends) + " (" + Times.from(now, ends) + ")"));
        if (!one.registered().isEmpty()) {
            table.row("registered", "confirmed", confirmed(one));
        }
        table.row("verifiers nobody declared", "cannot be told", "");
        table.lines("  ").forEach(terminal::print);
    }

    private static String confirmed(Exposure exposure) {
        int all = exposure.registered().size();
        return all - exposure.outstanding().size() + " of " + all;
    }

    private static void row(Table table, Reach reach, Style style) {
        String by = Times.at(Objects.requireNonNull(reach.bound()).result());
        switch (reach.ground()) {
            case HONOURS_HEADERS -> table.row("verifiers that obey our max-age", "stop trusting it by", by);
            case DECLARED -> table.row("declared verifier " + reach.name(), "stops by", by);
            case REGISTERED -> {
                String who = reach.name() + (reach.contact().isEmpty() ? "" : " (" + reach.contact() + ")");
                Instant confirmedAt = reach.confirmedAt();
                if (confirmedAt == null) {
                    table.row(who, style.wary("outstanding, stops by"), by);
                } else {
                    table.row(who, style.good("confirmed"), Times.at(confirmedAt));
                }
            }
        }
    }

    /** Waits until nobody known can trust them; says how it stands on a terminal. Keys still listed are not waited for. */
    void track(ScopeConfig config, Collection<Kid> kids) throws InterruptedException {
        Terminal terminal = root.terminal();
        try {
            while (true) {
                Keyring keyring =
                        root.workbench().inventory().read(config.scope().name());
                Instant now = root.workbench().now();
                List<Exposure> open = of(config, keyring, kids).stream()
                        .filter(e -> e.bound().isPresent() && e.overSince(now).isEmpty())
                        .toList();
                if (open.isEmpty()) {
                    return;
                }
                if (terminal.interactive()) {
                    terminal.err().print("\r\u001b[K" + line(open, now));
                    terminal.err().flush();
                }
                Thread.sleep(PULSE.toMillis());
            }
        } finally {
            if (terminal.interactive()) {
                terminal.err().print("\r\u001b[K");
                terminal.err().flush();
            }
        }
    }

    private static String line(List<Exposure> open, Instant now) {
        Exposure last = open.stream()
                .max((a, b) -> a.ends().orElseThrow().compareTo(b.ends().orElseThrow()))
                .orElseThrow();
        String registered = last.registered().isEmpty() ? "" : ", registered: " + confirmed(last) + " confirmed";
        return last.key().group().scope() + ": " + open.size()
                + (open.size() == 1 ? " revoked key" : " revoked keys") + " may be trusted until "
                + Times.at(last.ends().orElseThrow()) + " ("
                + Times.from(now, last.ends().orElseThrow()) + ")" + registered;
    }

    List<Map<String, Object>> views(List<Exposure> exposures) {
        Instant now = root.workbench().now();
        return exposures.stream().map(e -> view(e, now)).toList();
    }

    private static Map<String, Object> view(Exposure exposure, Instant now) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("scope", exposure.key().group().scope().value());
        view.put("kid", exposure.key().kid().value());
        view.put("revokedAt", exposure.revokedAt().toString());
        if (exposure.withdrawnAt() != null) {
            view.put("withdrawnAt", exposure.withdrawnAt().toString());
        }
        exposure.bound().ifPresent(at -> view.put("bound", at.toString()));
        exposure.measured().ifPresent(at -> view.put("measured", at.toString()));
        exposure.overSince(now).ifPresent(at -> view.put("overSince", at.toString()));
        view.put("registered", (long) exposure.registered().size());
        view.put("confirmed", (long)
                (exposure.registered().size() - exposure.outstanding().size()));
        view.put(
                "verifiers",
                exposure.reaches().stream().map(ExposureReport::view).toList());
        return view;
    }

    private static Map<String, Object> view(Reach reach) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("ground", reach.ground().name());
        if (!reach.name().isEmpty()) {
            view.put("name", reach.name());
        }
        if (!reach.contact().isEmpty()) {
            view.put("contact", reach.contact());
        }
        Derivation bound = reach.bound();
        if (bound != null) {
            view.put("stopsBy", bound.result().toString());
        }
        if (reach.confirmedAt() != null) {
            view.put("confirmedAt", reach.confirmedAt().toString());
        }
        return view;
    }
}
