package dev.keymgr.command;

import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A forecast as one bar for each key: waiting in the document, signing, and still in the document afterwards. */
final class Timeline {
    private static final int COLUMNS = 60;

    /** When a key enters the document, begins to sign, ends, and leaves. */
    private static final class Bar {
        private @Nullable Instant published;
        private @Nullable Instant activated;
        private @Nullable Instant retired;
        private @Nullable Instant removed;
    }

    private final Map<Kid, Bar> bars = new LinkedHashMap<>();
    private final Map<Kid, String> names;
    private final Instant from;
    private final Instant until;

    Timeline(Keyring keyring, Forecast forecast, Instant from, Instant until) {
        this.names = forecast.imagined();
        this.from = from;
        this.until = until;
        keyring.keys().stream().filter(k -> !k.state().isFinal()).forEach(this::begin);
        forecast.events().forEach(e -> follow(e.at(), e.step()));
    }

    private Bar bar(Kid kid) {
        return bars.computeIfAbsent(kid, k -> new Bar());
    }

    private void begin(SigningKey key) {
        Bar bar = bar(key.kid());
        bar.published = key.times().find(Moment.PUBLISHED).orElse(null);
        bar.activated = key.times().find(Moment.ACTIVATED).orElse(null);
        bar.retired = key.times().find(Moment.RETIRED).orElse(null);
        if (key.state() == KeyState.SUSPENDED) {
            bar.retired = key.times().find(Moment.SUSPENDED).orElse(null);
        }
    }

    private void follow(Instant at, Step step) {
        if (step instanceof Step.Publish publish) {
            publish.added().forEach(k -> bar(k).published = at);
            publish.removed().forEach(k -> bar(k).removed = at);
        } else if (step instanceof Step.Activate activate) {
            bar(activate.kid()).activated = at;
            Kid predecessor = activate.predecessor();
            if (predecessor != null) {
                bar(predecessor).retired = at;
            }
        } else if (step instanceof Step.Retire retire) {
            bar(retire.kid()).retired = at;
        }
    }

    List<String> lines(Style style) {
        Table table = new Table();
        bars.forEach((kid, bar) -> table.row(names.getOrDefault(kid, kid.prefix()), draw(bar, style)));
        List<String> lines = new ArrayList<>(table.lines("  "));
        lines.add("  "
                + style.dim("from " + Times.at(from) + " until " + Times.at(until)
                        + "; ─ waits in the document, █ signs, ┄ its tokens live on"));
        return lines;
    }

    private String draw(Bar bar, Style style) {
        StringBuilder line = new StringBuilder();
        Duration step = Duration.between(from, until).dividedBy(COLUMNS);
        for (int i = 0; i < COLUMNS; i++) {
            Instant at = from.plus(step.multipliedBy(i)).plus(step.dividedBy(2));
            line.append(mark(bar, at, style));
        }
        return line.toString();
    }

    private static String mark(Bar bar, Instant at, Style style) {
        if (!reached(bar.published, at) || reached(bar.removed, at)) {
            return " ";
        }
        if (reached(bar.retired, at)) {
            return style.dim("┄");
        }
        return reached(bar.activated, at) ? style.good("█") : "─";
    }

    private static boolean reached(@Nullable Instant moment, Instant at) {
        return moment != null && !moment.isAfter(at);
    }
}
