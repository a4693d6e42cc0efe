package dev.keymgr.daemon;

import dev.keymgr.audit.Alarm;
import dev.keymgr.daemon.events.Silence;
import dev.keymgr.detection.Detection;
import dev.keymgr.detection.Misuse;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.Posture.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of all that is wrong deserves an alarm, and how the open alarms change. Pure. */
final class AlarmRules {
    /** The one warning that nobody may miss: a key grows old. The others come and go with every rollover. */
    private static final String AGE = "age";

    /** Of the misuses of one kind that are named in one alarm. */
    private static final int NAMED_MAX = 3;

    /** Alarms that are raised anew when their words change. */
    private static final Set<String> RESTATED = Stream.concat(
                    Stream.of(Silence.CODE), Stream.of(Misuse.values()).map(Misuse::id))
            .collect(Collectors.toUnmodifiableSet());

    /** What has to be raised and cleared. */
    record Change(List<Alarm> raised, List<Alarm> cleared) {}

    private AlarmRules() {}

    /**
     * Every alarm that should be open: one for each code, the gravest.
     *
     * @param findings what is wrong with the scope
     * @param probes addresses that do not show what they should
     * @param failures of the last look
     */
    static List<Alarm> due(
            ScopeName scope,
            List<Posture.Finding> findings,
            List<Advance.Failure> probes,
            List<Advance.Failure> failures,
            Instant now) {
        SortedMap<String, Alarm> due = new TreeMap<>();
        for (Posture.Finding finding : findings) {
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

    /** One alarm for each kind of misuse that nobody has answered. */
    static List<Alarm> misuses(ScopeName scope, List<Detection> open, Instant now) {
        SortedMap<Misuse, List<Detection>> kinds = new TreeMap<>();
        open.forEach(each ->
                kinds.computeIfAbsent(each.misuse(), m -> new ArrayList<>()).add(each));
        List<Alarm> alarms = new ArrayList<>();
        kinds.forEach((misuse, all) -> alarms.add(new Alarm(
                scope,
                misuse.id(),
                all.stream().anyMatch(Detection::proved),
                all.stream().limit(NAMED_MAX).map(Detection::says).collect(Collectors.joining("; "))
                        + (all.size() > NAMED_MAX ? "; and " + (all.size() - NAMED_MAX) + " more" : ""),
                now)));
        return alarms;
    }

    /** Silence is told again with each step, and a misuse with each verifier that it came to: the old alarm goes, a new one comes. */
    private static boolean isRestated(Alarm open, Alarm due) {
        return RESTATED.contains(due.code()) && !open.message().equals(due.message());
    }

    private static boolean isOf(Alarm one, Alarm other) {
        return one.scope().equals(other.scope()) && one.code().equals(other.code());
    }
}
