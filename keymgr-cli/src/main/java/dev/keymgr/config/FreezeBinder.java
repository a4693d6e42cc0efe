package dev.keymgr.config;

import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.Freeze;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the change freezes of one scope. */
final class FreezeBinder {
    static final String KEY = "freezes";

    private final Problems problems;
    private final Section scope;

    FreezeBinder(Problems problems, Section scope) {
        this.problems = problems;
        this.scope = scope;
    }

    /** Those that are sound; what is wrong with the others was reported. */
    List<Freeze> bind() {
        Optional<Value> written = scope.find(KEY);
        List<Value> items = written.flatMap(value -> value.items("a list with at least one change freeze"))
                .orElse(List.of());
        if (items.size() > RolloverPolicy.FREEZES_MAX) {
            written.ifPresent(value -> value.refuse(
                    "has " + items.size() + " elements; it may have at most " + RolloverPolicy.FREEZES_MAX));
            return List.of();
        }
        List<Freeze> freezes = new ArrayList<>();
        for (Value item : items) {
            item.section(Shape.FREEZE).flatMap(this::freeze).ifPresent(freezes::add);
        }
        return freezes;
    }

    private Optional<Freeze> freeze(Section section) {
        Optional<Instant> from = section.require("from", "say when it begins").flatMap(Value::instant);
        Optional<Value> end = section.require("until", "say when it is over");
        Optional<Instant> until = end.flatMap(Value::instant);
        Optional<String> reason =
                section.require("reason", "say why, for whoever waits").flatMap(Value::text);
        if (from.isEmpty() || until.isEmpty() || reason.isEmpty()) {
            return Optional.empty();
        }
        Duration length = Duration.between(from.get(), until.get());
        if (length.isZero() || length.isNegative()) {
            end.get().refuse("is " + until.get() + "; it must be after from, which is " + from.get());
            return Optional.empty();
        }
        if (length.compareTo(RolloverPolicy.FREEZE_MAX) > 0) {
            problems.impossible(
                    end.get().position(),
                    end.get().path(),
                    "makes a freeze of " + Durations.format(length) + "; it may last at most "
                            + Durations.format(RolloverPolicy.FREEZE_MAX));
            return Optional.empty();
        }
        return Optional.of(new Freeze(from.get(), until.get(), reason.get()));
    }
}
