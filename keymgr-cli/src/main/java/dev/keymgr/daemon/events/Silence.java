package dev.keymgr.daemon.events;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.config.RelyingParty;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.events.Acknowledgements.Outstanding;
import dev.keymgr.rollover.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Relying parties that do not acknowledge: a warning after the first step, and from the second on an emergency where they do
 * not know of a revocation. Safe for many threads.
 */
public final class Silence {
    /** The one code; an alarm whose words change is raised anew. */
    public static final String CODE = "relying-party-silent";

    /** After so long it is said, and said again. */
    public static final List<Duration> STEPS =
            List.of(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(24));

    /** Of those named in one alarm. */
    private static final int NAMED_MAX = 4;

    private final Acknowledgements acknowledgements;
    private final List<Duration> steps;

    /** @param steps ascending, at least two */
    public Silence(Acknowledgements acknowledgements, List<Duration> steps) {
        this.acknowledgements = acknowledgements;
        this.steps = List.copyOf(steps);
    }

    private record Silent(RelyingParty party, Outstanding first, int step, boolean critical) {}

    /** The alarm that should be open in a scope, if any. The same words until someone else is silent, or a step is over. */
    public Optional<Alarm> due(ScopeConfig scope, Instant now) {
        List<Silent> silent = new ArrayList<>();
        for (RelyingParty party : scope.relyingParties()) {
            if (party.events() != null) {
                silent(
                                party,
                                acknowledgements.outstanding(
                                        new Party(scope.scope().name(), party.name())),
                                now)
                        .ifPresent(silent::add);
            }
        }
        if (silent.isEmpty()) {
            return Optional.empty();
        }
        boolean critical = silent.stream().anyMatch(Silent::critical);
        return Optional.of(new Alarm(scope.scope().name(), CODE, critical, says(silent), now));
    }

    private Optional<Silent> silent(RelyingParty party, List<Outstanding> outstanding, Instant now) {
        if (outstanding.isEmpty()) {
            return Optional.empty();
        }
        // The one that matters most: a revocation before a rollover, and the oldest of its kind.
        Outstanding first = outstanding.stream()
                .filter(o -> o.isUrgent() && step(o, now) >= 0)
                .findFirst()
                .orElse(outstanding.get(0));
        int step = step(first, now);
        return step < 0 ? Optional.empty() : Optional.of(new Silent(party, first, step, first.isUrgent() && step > 0));
    }

    /** The last that is over; -1 for none. */
    private int step(Outstanding event, Instant now) {
        int step = -1;
        while (step + 1 < steps.size()
                && !event.since().plus(steps.get(step + 1)).isAfter(now)) {
            step++;
        }
        return step;
    }

    private String says(List<Silent> silent) {
        StringBuilder text = new StringBuilder();
        for (Silent one : silent.subList(0, Math.min(NAMED_MAX, silent.size()))) {
            text.append(text.length() == 0 ? "" : "; ")
                    .append(one.party().name())
                    .append(" (")
                    .append(one.party().contact())
                    .append(") has not acknowledged ")
                    .append(one.first().type())
                    .append(" of ")
                    .append(one.first().kid().prefix())
                    .append(" since ")
                    .append(one.first().since())
                    .append(", over ")
                    .append(Durations.format(steps.get(one.step())))
                    .append(
                            one.first().refusal() == null
                                    ? ""
                                    : ": it answered " + one.first().refusal())
                    .append("; it may go on with what it has for ")
                    .append(Durations.format(one.party().cache()));
        }
        return silent.size() > NAMED_MAX
                ? text.append("; and ")
                        .append(silent.size() - NAMED_MAX)
                        .append(" more")
                        .toString()
                : text.toString();
    }
}
