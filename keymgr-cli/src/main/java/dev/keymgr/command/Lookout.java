package dev.keymgr.command;

import dev.keymgr.audit.Alarm;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.inventory.Heartbeat.Role;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.rollover.Posture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One look at a store from outside: what is wrong, and what cannot be told. It reads and writes nothing. */
final class Lookout {
    /** Whether a daemon has to be alive. */
    enum Expectation {
        DAEMON,
        NO_DAEMON
    }

    /** How bad it is, the worst first: what cannot be read may be anything. */
    enum Grade {
        UNKNOWN,
        CRITICAL,
        WARNING
    }

    /**
     * Something wrong.
     *
     * @param code a finding's, an alarm's, one of the heartbeat's, or of the error that kept it from being read
     * @param scope null where it is of none
     */
    record Finding(Grade grade, String code, @Nullable String scope, String message) {}

    /**
     * What was seen.
     *
     * @param findings the worst first
     * @param daemons null when they could not be read
     * @param alarms how many are open; null when they could not be read
     * @param failure the first error of reading; null when all was read
     */
    record Sight(
            Instant now,
            List<Finding> findings,
            @Nullable List<Heartbeat> daemons,
            @Nullable Integer alarms,
            @Nullable KeymgrException failure) {}

    /** A daemon that is silent for longer was taken out of service, as long as another works. */
    private static final Duration MISSED_FOR = Duration.ofDays(1);

    private final Workbench workbench;
    private final Expectation expectation;
    private final Instant now;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> named = new HashSet<>();
    private @Nullable List<Heartbeat> daemons;
    private @Nullable Integer alarms;
    private @Nullable KeymgrException failure;

    private Lookout(Workbench workbench, Expectation expectation) {
        this.workbench = workbench;
        this.expectation = expectation;
        this.now = workbench.now();
    }

    static Sight look(Workbench workbench, Expectation expectation) {
        Lookout lookout = new Lookout(workbench, expectation);
        // A store that does not answer is asked once: each further question would wait as long.
        if (lookout.read(null, () -> workbench.inventory().generations())) {
            lookout.read(null, lookout::heartbeats);
            workbench.scopes(null).forEach(scope -> lookout.read(scope, () -> lookout.posture(scope)));
            lookout.read(null, lookout::alarms);
        }
        lookout.findings.sort(Comparator.comparing(Finding::grade));
        return new Sight(lookout.now, List.copyOf(lookout.findings), lookout.daemons, lookout.alarms, lookout.failure);
    }

    private boolean read(@Nullable ScopeConfig scope, Runnable part) {
        try {
            part.run();
            return true;
        } catch (KeymgrException e) {
            if (failure == null) {
                failure = e;
            }
            add(Grade.UNKNOWN, e.code().id(), name(scope), String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static @Nullable String name(@Nullable ScopeConfig scope) {
        return scope == null ? null : scope.scope().name().value();
    }

    private void add(Grade grade, String code, @Nullable String scope, String message) {
        findings.add(new Finding(grade, code, scope, message));
        named.add(scope + " " + code);
    }

    private void heartbeats() {
        List<Heartbeat> beats = workbench.heartbeats().heartbeats();
        daemons = beats;
        if (expectation == Expectation.NO_DAEMON) {
            return;
        }
        if (beats.isEmpty()) {
            add(
                    Grade.CRITICAL,
                    "no-heartbeat",
                    null,
                    "no daemon ever ran on this store, or all were stopped; start: keymgr daemon; where cron runs keymgr"
                            + " apply instead: --without-daemon");
            return;
        }
        boolean works = beats.stream().anyMatch(b -> b.role() == Role.WORKS && !b.isSilent(now));
        boolean lives = beats.stream().anyMatch(b -> !b.isSilent(now));
        if (lives && !works) {
            add(
                    Grade.CRITICAL,
                    "no-worker",
                    null,
                    "daemons stand by and none works: nobody takes the lease; see their logs");
        }
        for (Heartbeat beat : beats) {
            boolean missed = beat.beatAt().isAfter(now.minus(MISSED_FOR)) || !works;
            if (beat.isSilent(now) && missed) {
                add(works ? Grade.WARNING : Grade.CRITICAL, "daemon-silent", null, silence(beat));
            }
        }
    }

    private String silence(Heartbeat beat) {
        String when = beat.beatAt().isAfter(now)
                ? " beat at " + Times.at(beat.beatAt()) + ", which is to come: a clock is wrong"
                : " last beat " + Times.from(now, beat.beatAt()) + ", at " + Times.at(beat.beatAt()) + "; more than "
                        + Times.rough(beat.allowance()) + " means that it is dead";
        return "daemon " + beat.daemon() + when;
    }

    private void posture(ScopeConfig scope) {
        Keyring keyring = workbench.inventory().read(scope.scope().name());
        List<Posture.Finding> findings = new ArrayList<>(workbench.findings(scope, keyring, now));
        findings.addAll(WaitingOrders.of(workbench, scope.scope().name()).findings());
        for (Posture.Finding finding : findings) {
            Grade grade = switch (finding.severity()) {
                case CRITICAL -> Grade.CRITICAL;
                case WARNING -> Grade.WARNING;
            };
            add(grade, finding.code(), name(scope), finding.message());
        }
    }

    /** Those that say what is found here anyhow are not said twice. */
    private void alarms() {
        List<Alarm> open = workbench.alarms().open();
        alarms = open.size();
        for (Alarm alarm : open) {
            String scope = alarm.scope().value();
            if (!named.contains(scope + " " + alarm.code())) {
                add(
                        alarm.critical() ? Grade.CRITICAL : Grade.WARNING,
                        alarm.code(),
                        scope,
                        alarm.message() + " (alarm since " + Times.at(alarm.raisedAt()) + ")");
            }
        }
    }

    /** The last sign of life of any daemon that works. */
    static Optional<Heartbeat> lastBeat(Sight sight) {
        List<Heartbeat> known = sight.daemons();
        return known == null
                ? Optional.empty()
                : known.stream().filter(b -> b.role() == Role.WORKS).max(Comparator.comparing(Heartbeat::beatAt));
    }
}
