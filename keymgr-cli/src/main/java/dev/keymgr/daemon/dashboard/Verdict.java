package dev.keymgr.daemon.dashboard;

import dev.keymgr.audit.Alarm;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Publication;
import dev.keymgr.rollover.Posture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that is wrong, gathered: findings, alarms that are still open, daemons that are silent, a document that this daemon
 * serves and should not. What is not known counts as wrong.
 *
 * @param troubles the gravest first
 */
record Verdict(List<Trouble> troubles) {
    Verdict {
        troubles =
                troubles.stream().sorted(Comparator.comparing(Trouble::level)).toList();
    }

    static Verdict of(View view) {
        List<Trouble> troubles = new ArrayList<>();
        view.findings().forEach(f -> troubles.add(Trouble.of(null, f, null)));
        daemons(view, troubles);
        if (view.scopes().isEmpty()) {
            troubles.add(
                    new Trouble(Level.ACT, null, "no-scope", "no scope is shown: nothing here is looked after", null));
        }
        view.scopes().stream()
                .sorted(Comparator.comparing(ScopeView::name))
                .forEach(scope -> scope(view, scope, troubles));
        view.alarms().stream()
                .filter(alarm -> troubles.stream().noneMatch(t -> isOf(t, alarm)))
                .map(alarm -> new Trouble(
                        alarm.critical() ? Level.ACT : Level.NOTE,
                        alarm.scope().value(),
                        alarm.code(),
                        alarm.message() + " (not found in this look; the alarm is still open)",
                        alarm.raisedAt()))
                .toList()
                .forEach(troubles::add);
        return new Verdict(troubles);
    }

    private static boolean isOf(Trouble trouble, Alarm alarm) {
        return alarm.scope().value().equals(trouble.scope()) && alarm.code().equals(trouble.code());
    }

    private static void scope(View view, ScopeView scope, List<Trouble> troubles) {
        for (Posture.Finding finding : scope.findings()) {
            Optional<Instant> since = view.alarms().stream()
                    .filter(a ->
                            a.scope().value().equals(scope.name()) && a.code().equals(finding.code()))
                    .map(Alarm::raisedAt)
                    .findFirst();
            troubles.add(Trouble.of(scope.name(), finding, since.orElse(null)));
        }
        Optional<Publication> recorded = scope.keyring().servedPublication();
        JwksDocument served = scope.served();
        if (recorded.isPresent() && served == null) {
            troubles.add(new Trouble(
                    Level.ACT, scope.name(), "serves-nothing", "this daemon has no document to serve", null));
        } else if (recorded.isPresent()
                && served != null
                && served.number().compareTo(recorded.get().number()) < 0) {
            troubles.add(new Trouble(
                    Level.NOTE,
                    scope.name(),
                    "serves-old",
                    "this daemon serves document " + served.number() + ", recorded is "
                            + recorded.get().number(),
                    null));
        }
    }

    private static void daemons(View view, List<Trouble> troubles) {
        boolean works =
                view.daemons().stream().anyMatch(d -> d.role() == Heartbeat.Role.WORKS && !d.isSilent(view.now()));
        if (!works) {
            troubles.add(new Trouble(
                    Level.ACT, null, "no-daemon", "no daemon is at work: nothing is rolled over until one is", null));
        }
        for (Heartbeat daemon : view.daemons()) {
            if (daemon.isSilent(view.now())) {
                String says = daemon.beatAt().isAfter(view.now())
                        ? " beat in the future, at " + Words.full(daemon.beatAt()) + ": a clock is wrong"
                        : " is silent since " + Words.full(daemon.beatAt());
                troubles.add(new Trouble(
                        Level.NOTE, null, "daemon-silent", Words.clip(daemon.daemon(), Tables.NAME_MAX) + says, null));
            }
        }
    }

    Level level() {
        return troubles.isEmpty() ? Level.WELL : troubles.get(0).level();
    }

    /** What is wrong with one scope. */
    List<Trouble> of(String scope) {
        return troubles.stream().filter(t -> scope.equals(t.scope())).toList();
    }

    Level level(String scope) {
        List<Trouble> its = of(scope);
        return its.isEmpty() ? Level.WELL : its.get(0).level();
    }

    /** The page in one line. */
    String headline() {
        long critical = troubles.stream().filter(t -> t.level() == Level.ACT).count();
        return switch (level()) {
            case ACT -> "Act now: " + Words.count(critical, "problem", "problems");
            case NOTE -> "Running, with " + Words.count(troubles.size(), "thing", "things") + " to note";
            case WELL -> "All is well";
        };
    }
}
