package dev.keymgr.daemon.metrics;

import dev.keymgr.audit.Alarm;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.RolloverPolicy;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The gauges of scopes, computed anew at each scrape from what was seen at the last look: so ages and lateness go on growing
 * when the looks have stopped, which is when they matter. Safe for many threads.
 */
final class ScopeCollector implements MultiCollector {
    private record Seen(Keyring keyring, RolloverPolicy policy, Probing probing, Instant at) {}

    private static final String SCOPE = "scope";
    private static final String ALGORITHM = "algorithm";
    private static final String SEVERITY = "severity";
    private static final double MILLIS_PER_SECOND = 1_000.0;

    private final Clock clock;
    private final Map<ScopeName, Seen> seen = new ConcurrentSkipListMap<>();
    private volatile List<Alarm> alarms = List.of();

    ScopeCollector(Clock clock) {
        this.clock = clock;
    }

    void look(Keyring keyring, RolloverPolicy policy, Probing probing) {
        seen.put(keyring.scope(), new Seen(keyring, policy, probing, clock.instant()));
    }

    void forget(ScopeName scope) {
        seen.remove(scope);
    }

    void alarms(List<Alarm> open) {
        alarms = List.copyOf(open);
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS_PER_SECOND;
    }

    static double seconds(Instant instant) {
        return instant.toEpochMilli() / MILLIS_PER_SECOND;
    }

    @Override
    public MetricSnapshots collect() {
        Instant now = clock.instant();
        Families families = new Families();
        seen.forEach((name, each) -> {
            ScopeGauges gauges = ScopeGauges.of(each.keyring(), each.policy(), each.probing(), now);
            families.lastLook.add(seconds(each.at()), SCOPE, name.value());
            families.scope(gauges);
            gauges.groups().forEach(group -> families.group(gauges, group));
            families.alarms(name, alarms);
        });
        return families.snapshots();
    }

    /** One metric with its points. */
    private static final class Family {
        private final String name;
        private final String help;
        private final List<GaugeDataPointSnapshot> points = new ArrayList<>();

        Family(String name, String help) {
            this.name = name;
            this.help = help;
        }

        void add(double value, String... labels) {
            points.add(GaugeDataPointSnapshot.builder()
                    .value(value)
                    .labels(Labels.of(labels))
                    .build());
        }

        /** What does not exist has no point. */
        void add(@Nullable Duration value, String... labels) {
            if (value != null) {
                add(seconds(value), labels);
            }
        }

        GaugeSnapshot snapshot() {
            GaugeSnapshot.Builder builder =
                    GaugeSnapshot.builder().name("keymgr_" + name).help(help);
            points.forEach(builder::dataPoint);
            return builder.build();
        }
    }

    /** Every metric of a scrape. */
    private static final class Families {
        private final List<Family> all = new ArrayList<>();
        private final Family activeAge = family(
                "active_key_age_seconds", "Age of the active key, from its generation; absent when none is active");
        private final Family ageWarn =
                family("active_key_age_warn_seconds", "Age of an active key from which it is a finding (ages.warn)");
        private final Family ageLimit = family(
                "active_key_age_limit_seconds", "Age at which a key is replaced whatever the rotation says (ages.max)");
        private final Family listedAge =
                family("oldest_listed_key_age_seconds", "Age of the oldest key in the document that stands");
        private final Family listedLimit =
                family("listed_key_age_limit_seconds", "Age from which no verifier may trust a key (ages.trust)");
        private final Family nextEvent =
                family("next_event_seconds", "Until the next planned step of the group; 0 when one is due");
        private final Family overdue =
                family("overdue_seconds", "How long the step that is due for longest has been due; 0 when none is");
        private final Family standbys = family("standbys", "Published keys that could sign and do not");
        private final Family standbysReady = family(
                "standbys_ready", "Those of keymgr_standbys that every verifier knows, so that they may sign at once");
        private final Family overdueLimit =
                family("overdue_limit_seconds", "How late a step may be before something is wrong: (m+1) ticks");
        private final Family publicationLag = family(
                "publication_lag_seconds",
                "How long a document has been decided that is not in every sink, from the last change of the scope; 0 when none is");
        private final Family probeLag = family(
                "probe_lag_seconds",
                "How long a key has been published that no probe has seen at every public URL; 0 when all were seen, absent without probes");
        private final Family probeLagLimit =
                family("probe_lag_limit_seconds", "How long that may take: propagation and (m+1) ticks");
        private final Family findings = family("findings", "What keymgr status finds wrong, at the time of the scrape");
        private final Family lastLook = family(
                "last_look_timestamp_seconds", "When the daemon last looked at the scope, in seconds since 1970");
        private final Family openAlarms =
                family("open_alarms", "Alarms that are raised and not cleared, as they stand in the store");

        private Family family(String name, String help) {
            Family family = new Family(name, help);
            all.add(family);
            return family;
        }

        void scope(ScopeGauges gauges) {
            String[] scope = {SCOPE, gauges.scope().value()};
            overdueLimit.add(gauges.overdueLimit(), scope);
            publicationLag.add(gauges.publicationLag(), scope);
            probeLag.add(gauges.probeLag(), scope);
            probeLagLimit.add(gauges.probeLagLimit(), scope);
            severities(findings, gauges.scope(), gauges.critical(), gauges.warnings());
        }

        void group(ScopeGauges scope, GroupGauges group) {
            String[] labels = {
                SCOPE, scope.scope().value(), ALGORITHM, group.algorithm().name()
            };
            activeAge.add(group.activeAge(), labels);
            ageWarn.add(scope.ages().warn(), labels);
            ageLimit.add(scope.ages().max(), labels);
            listedAge.add(group.oldestListedAge(), labels);
            listedLimit.add(scope.ages().trust(), labels);
            nextEvent.add(group.nextEvent(), labels);
            overdue.add(group.overdue(), labels);
            standbys.add(group.standbys(), labels);
            standbysReady.add(group.standbysReady(), labels);
        }

        void alarms(ScopeName scope, List<Alarm> open) {
            List<Alarm> ours =
                    open.stream().filter(a -> a.scope().equals(scope)).toList();
            long critical = ours.stream().filter(Alarm::critical).count();
            severities(openAlarms, scope, critical, ours.size() - critical);
        }

        private static void severities(Family family, ScopeName scope, long critical, long warnings) {
            family.add((double) critical, SCOPE, scope.value(), SEVERITY, "critical");
            family.add((double) warnings, SCOPE, scope.value(), SEVERITY, "warning");
        }

        MetricSnapshots snapshots() {
            return new MetricSnapshots(
                    all.stream().<MetricSnapshot>map(Family::snapshot).toList());
        }
    }
}
