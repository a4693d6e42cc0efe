package dev.keymgr.command;

import dev.keymgr.audit.Alarm;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Freeze;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.Posture.Severity;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.StepText;
import dev.keymgr.rollover.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The page people look at daily. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {"Shows who signs, who stands by, what comes next and what is wrong. Opens no token.", ""},
        footer = {
            "",
            "Examples:",
            "  keymgr status",
            "  keymgr status consumer",
            "  keymgr -o json status | jq '.scopes[].findings'"
        })
final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCOPE", description = "Only this scope.")
    private @Nullable String scope;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        Instant now = workbench.now();
        List<Alarm> alarms = workbench.alarms().open();
        List<Map<String, Object>> views = new ArrayList<>();
        for (ScopeConfig config : workbench.scopes(scope)) {
            WaitingOrders orders = WaitingOrders.of(workbench, config.scope().name());
            Keyring keyring = EmergencyOrder.imagined(
                    workbench.inventory().read(config.scope().name()), orders.orders());
            List<Posture.Finding> found = withAlarms(workbench.findings(config, keyring, now), orders, alarms, keyring);
            Report report = new Report(config, keyring, found, now);
            views.add(report.view());
            if (!root.isJson()) {
                report.print(root.terminal());
            }
        }
        if (root.isJson()) {
            root.print(Map.of("now", now.toString(), "scopes", views));
        }
        return ExitCodes.DONE;
    }

    /** What is not found here, for example what a public address shows or a verifier saw, a daemon has left as an alarm. */
    private static List<Posture.Finding> withAlarms(
            List<Posture.Finding> found, WaitingOrders orders, List<Alarm> alarms, Keyring keyring) {
        List<Posture.Finding> all = new ArrayList<>(found);
        all.addAll(orders.findings());
        Set<String> named = all.stream().map(Posture.Finding::code).collect(Collectors.toSet());
        alarms.stream()
                .filter(a -> a.scope().equals(keyring.scope()) && !named.contains(a.code()))
                .map(a -> new Posture.Finding(
                        a.critical() ? Severity.CRITICAL : Severity.WARNING,
                        a.code(),
                        a.message() + " (alarm since " + Times.at(a.raisedAt()) + ")"))
                .forEach(all::add);
        all.sort(Comparator.comparing(Posture.Finding::severity));
        return all;
    }

    /** One scope, read once. */
    private static final class Report {
        private final ScopeConfig config;
        private final RolloverPolicy policy;
        private final Keyring keyring;
        private final Instant now;
        private final Timing timing;
        private final List<Posture.Finding> findings;
        private final Optional<PlannedStep> next;
        private final Optional<Freeze> freeze;

        /** @param keyring as it will be when the orders are in the record */
        Report(ScopeConfig config, Keyring keyring, List<Posture.Finding> findings, Instant now) {
            this.config = config;
            this.policy = config.policy();
            this.keyring = keyring;
            this.now = now;
            this.timing = new Timing(policy);
            this.findings = findings;
            this.freeze = Freeze.covering(policy.freezes(), now);
            RolloverPlan plan = new RolloverPlanner().plan(keyring, policy, now);
            this.next = plan.due().stream()
                    .findFirst()
                    .or(() -> plan.upcoming().stream().findFirst());
        }

        private Optional<SigningKey> active(SigningAlgorithm algorithm) {
            return keyring.active(new KeyGroup(keyring.scope(), algorithm));
        }

        private List<SigningKey> in(SigningAlgorithm algorithm, KeyState state) {
            return keyring.in(new KeyGroup(keyring.scope(), algorithm))
                    .filter(k -> k.state() == state)
                    .toList();
        }

        void print(Terminal terminal) {
            Style style = terminal.style();
            terminal.print(style.bold(keyring.scope().value()) + "  " + verdict(style) + "  "
                    + style.dim(config.scope().issuer() + "  generation " + keyring.generation()));
            Table table = new Table();
            for (SigningAlgorithm algorithm : policy.algorithms()) {
                active(algorithm)
                        .ifPresent(k -> table.row(
                                algorithm.name(),
                                style.good("active"),
                                k.kid().prefix(),
                                k.location().token().value(),
                                active(k)));
                in(algorithm, KeyState.SUSPENDED)
                        .forEach(k -> table.row(
                                algorithm.name(),
                                style.bad("suspended"),
                                k.kid().prefix(),
                                k.location().token().value(),
                                "counts as compromised "
                                        + Times.from(
                                                now, timing.suspensionEnds(k).result())));
                in(algorithm, KeyState.PUBLISHED)
                        .forEach(k -> table.row(
                                algorithm.name(),
                                "standby",
                                k.kid().prefix(),
                                k.location().token().value(),
                                standby(k)));
                in(algorithm, KeyState.GENERATED)
                        .forEach(k -> table.row(
                                algorithm.name(),
                                "generated",
                                k.kid().prefix(),
                                k.location().token().value(),
                                "not published"));
                in(algorithm, KeyState.RETIRED)
                        .forEach(k -> table.row(
                                algorithm.name(),
                                style.dim("retired"),
                                k.kid().prefix(),
                                k.location().token().value(),
                                "may leave the document "
                                        + Times.from(now, timing.deadAt(k).result())));
            }
            table.lines("  ").forEach(terminal::print);
            freeze.ifPresent(f -> terminal.print("  " + style.wary("change freeze") + " until " + Times.at(f.until())
                    + "  " + style.dim(Times.from(now, f.until()) + "; " + f.reason())));
            for (ScheduledRevocation ordered : keyring.revocations()) {
                terminal.print("  " + style.wary("to be revoked") + "  "
                        + ordered.kid().prefix() + "  "
                        + Times.at(ordered.at()) + "  "
                        + style.dim(Times.from(now, ordered.at()) + "; "
                                + ordered.record().reason()));
            }
            next.ifPresent(s -> terminal.print("  next  " + StepText.of(s.step()) + "  "
                    + (s.isDue(now)
                            ? style.wary("due now: keymgr apply " + keyring.scope())
                            : Times.at(s.earliest()) + "  " + style.dim(Times.from(now, s.earliest())))));
            for (Posture.Finding finding : findings) {
                String label = finding.severity() == Severity.CRITICAL ? style.bad("  !!  ") : style.wary("  !   ");
                terminal.print(label + finding.message());
            }
            terminal.print("");
        }

        private String verdict(Style style) {
            if (findings.isEmpty()) {
                return style.good("OK");
            }
            long critical = findings.stream()
                    .filter(f -> f.severity() == Severity.CRITICAL)
                    .count();
            return critical > 0 ? style.bad(critical + " CRITICAL") : style.wary(findings.size() + " to note");
        }

        /** The rotation, or the age limit where that comes first. */
        private Instant signsUntil(SigningKey key) {
            Instant rotation = timing.rotationDue(key).result();
            Instant age = timing.ageLimit(key).result();
            return age.isBefore(rotation) ? age : rotation;
        }

        private String active(SigningKey key) {
            return "age " + Times.rough(Duration.between(key.times().generatedAt(), now)) + " of "
                    + Times.rough(policy.ages().max()) + ", signs until "
                    + Times.at(signsUntil(key)) + " ("
                    + Times.from(now, signsUntil(key)) + ")";
        }

        private String standby(SigningKey key) {
            if (!key.canSign()) {
                return "its private half is " + key.privateHalf();
            }
            Instant readyAt = timing.readyAt(key).orElseThrow().result();
            return readyAt.isAfter(now) ? "ready " + Times.from(now, readyAt) : "ready";
        }

        Map<String, Object> view() {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("scope", keyring.scope().value());
            view.put("issuer", config.scope().issuer());
            view.put("generation", keyring.generation().value());
            view.put("healthy", findings.stream().noneMatch(f -> f.severity() == Severity.CRITICAL));
            view.put(
                    "keys",
                    keyring.keys().stream()
                            .filter(k -> !k.state().isFinal())
                            .map(k -> Views.key(k, policy, now))
                            .toList());
            next.ifPresent(s -> view.put("next", Views.step(s)));
            freeze.ifPresent(f -> view.put("freeze", Views.freeze(f)));
            view.put(
                    "scheduledRevocations",
                    keyring.revocations().stream().map(Views::revocation).toList());
            view.put("findings", findings.stream().map(Views::finding).toList());
            return view;
        }
    }
}
