package dev.keymgr.daemon;

import dev.keymgr.audit.Alarm;
import dev.keymgr.daemon.events.Silence;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.Posture.Severity;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What of all that is wrong deserves an alarm, and how the open alarms change. Pure. */
final class AlarmRules {
    /** The one warning that nobody may miss: a key grows old. The others come and go with every rollover. */
    private static final String AGE = "age";

    /** What has to be raised and cleared. */
    record Change(List<Alarm> raised, List<Alarm> cleared) {}

    private AlarmRules() {}

    /**
     * Every alarm that should be open: one for each code, the gravest.
     *
     * @param probes addresses that do not show what they should
     * @param failures of the last look
     */
    static List<Alarm> due(
            Keyring keyring,
            RolloverPolicy policy,
            List<Advance.Failure> probes,
            List<Advance.Failure> failures,
            Instant now) {
        SortedMap<String, Alarm> due = new TreeMap<>();
        ScopeName scope = keyring.scope();
        for (Posture.Finding finding : Posture.check(keyring, policy, now)) {
            boolean critical = finding.severity() == Severity.CRITICAL;
            if (critical || finding.code().equals(AGE)) {
                due.putIfAbsent(finding.code(), new Alarm(scope, finding.code(), critical, finding.message(), now));
            }
        }
        probes.forEach(f -> due.putIfAbsent("probe", alarm(scope, "probe", f, now)));
        for (Advance.Failure failure : failures) {
            String code = failure.error() instanceof HsmException ? "token-down" : "step-failed";
            due.putIfAbsent(code, alarm(scope, code, failure, now));
        }
        return new ArrayList<>(due.values());
    }

    private static Alarm alarm(ScopeName scope, String code, Advance.Failure failure, Instant now) {
        return new Alarm(scope, code, true, failure.says(), now);
    }

    static Change change(Collection<Alarm> open, Collection<Alarm> due) {
        List<Alarm> raised = due.stream()
                .filter(d -> open.stream()
                        .noneMatch(o -> isOf(o, d) && (o.critical() || !d.critical()) && !isRestated(o, d)))
                .toList();
        List<Alarm> cleared = open.stream()
                .filter(o -> due.stream().noneMatch(d -> isOf(o, d) && !isRestated(o, d)))
                .toList();
        return new Change(raised, cleared);
    }

    /** Silence is told again with each step: the old alarm goes, and a new one comes. */
    private static boolean isRestated(Alarm open, Alarm due) {
        return due.code().equals(Silence.CODE) && !open.message().equals(due.message());
    }

    private static boolean isOf(Alarm one, Alarm other) {
        return one.scope().equals(other.scope()) && one.code().equals(other.code());
    }
}
