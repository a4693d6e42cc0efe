package dev.keymgr.daemon.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lanes over a window as SVG. Along the time axis it is drawn in percent and across it in pixels, so that one drawing fits
 * a desk and a phone with its letters at one size.
 */
final class Timeline {
    private static final int TOP = 18;
    private static final int ROW = 28;
    private static final int BAR = 18;
    private static final int AXIS = 22;

    /** More lanes than this nobody compares; the rest are counted. */
    private static final int LANES_MAX = 8;

    /** A bar shorter than this, in percent, is drawn this long: it must be seen. */
    private static final double BAR_MIN = 0.5;

    /** Widths of the plot, in pixels, that a label must fit into: on any screen, on a tablet, on a desk. */
    private static final int PHONE = 220;

    private static final int TABLET = 480;
    private static final int DESK = 860;
    private static final double LETTER = 6.4;
    private static final int PADDING = 14;

    private final Html html;
    private final Window window;
    private final Instant now;
    private final List<Lane> lanes;
    private final int hidden;
    private final int height;

    Timeline(Html html, List<Lane> all, Window window, Instant now) {
        this.html = html;
        this.window = window;
        this.now = now;
        List<Lane> visible = all.stream().filter(l -> l.isIn(window)).toList();
        this.hidden = Math.max(0, visible.size() - LANES_MAX);
        this.lanes = visible.subList(hidden, visible.size());
        this.height = TOP + lanes.size() * ROW + AXIS;
    }

    /** A figure whose drawing is named by {@code id} and titled by {@code title}. */
    void write(String id, String title) {
        html.open("figure", "class", "tl");
        html.element("figcaption", title + caption());
        html.open("div", "class", "plot");
        html.open("ul", "class", "names", "aria-hidden", "true");
        for (Lane lane : lanes) {
            html.element("li", lane.name());
        }
        html.close();
        html.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "role",
                "img",
                "width",
                "100%",
                "height",
                px(height),
                "aria-labelledby",
                id + "-t " + id + "-d");
        html.element("title", title, "id", id + "-t");
        html.element("desc", description(), "id", id + "-d");
        axis();
        for (int i = 0; i < lanes.size(); i++) {
            lane(lanes.get(i), TOP + i * ROW + (ROW - BAR) / 2);
        }
        now();
        html.close().close().close().newline();
    }

    private String caption() {
        String span = " · " + Words.rough(window.length()) + ", UTC";
        return hidden == 0 ? span : span + " · " + Words.count(hidden, "older key", "older keys") + " not drawn";
    }

    /** The drawing in words. */
    private String description() {
        List<String> sentences = new ArrayList<>();
        for (Lane lane : lanes) {
            List<String> parts = lane.spans().stream()
                    .filter(s -> s.overlaps(window))
                    .map(this::sentence)
                    .toList();
            sentences.add("Key " + lane.name() + ": " + String.join("; ", parts) + ".");
        }
        return sentences.isEmpty() ? "No key in this time." : String.join(" ", sentences);
    }

    private String sentence(Lane.Span span) {
        Instant until = span.until();
        String planned = span.from().isAfter(now) ? "planned: " : "";
        return planned + span.phase().meaning() + " from " + Words.near(now, span.from())
                + (until == null ? "" : " until " + Words.near(now, until));
    }

    private void axis() {
        String bottom = px(height - AXIS + 4);
        double present = window.percent(now);
        html.leaf(
                "rect",
                "class",
                "fut",
                "x",
                percent(present),
                "y",
                px(TOP),
                "width",
                percent(100 - present),
                "height",
                px(height - AXIS - TOP));
        List<Ticks.Tick> ticks = Ticks.of(window);
        for (int i = 0; i < ticks.size(); i++) {
            Ticks.Tick tick = ticks.get(i);
            double at = window.percent(tick.at());
            html.leaf("line", "class", "grid", "x1", percent(at), "x2", percent(at), "y1", px(TOP), "y2", bottom);
            String anchor = at < 6 ? "start" : at > 94 ? "end" : "middle";
            html.element(
                    "text",
                    tick.label(),
                    "class",
                    i % 3 == 1 ? "tick" : "tick d1",
                    "x",
                    percent(at),
                    "y",
                    px(height - 5),
                    "text-anchor",
                    anchor);
        }
    }

    private void now() {
        if (window.contains(now)) {
            String at = percent(window.percent(now));
            html.leaf("line", "class", "now", "x1", at, "x2", at, "y1", px(TOP - 4), "y2", px(height - AXIS + 4));
            html.element("text", "now", "class", "now", "x", at, "y", "11", "text-anchor", "middle");
        }
    }

    private void lane(Lane lane, int y) {
        for (Lane.Span span : lane.spans()) {
            if (!span.overlaps(window)) {
                continue;
            }
            Instant until = span.until();
            boolean past = span.from().isBefore(now);
            boolean future = until == null || until.isAfter(now);
            if (past && future && window.contains(now)) {
                piece(span, span.from(), now, y, "");
                piece(span, now, until, y, " f");
            } else {
                piece(span, span.from(), until, y, past ? "" : " f");
            }
        }
    }

    private void piece(Lane.Span span, Instant from, @Nullable Instant until, int y, String more) {
        double start = window.percent(from);
        double width = (until == null ? 100 : window.percent(until)) - start;
        String style = span.phase().style() + more;
        if (span.phase().isThin()) {
            String middle = px(y + BAR / 2);
            html.leaf(
                    "line",
                    "class",
                    style,
                    "x1",
                    percent(start),
                    "x2",
                    percent(start + width),
                    "y1",
                    middle,
                    "y2",
                    middle);
            return;
        }
        html.open(
                "svg", "x", percent(start), "y", px(y), "width", percent(Math.max(width, BAR_MIN)), "height", px(BAR));
        if (more.isEmpty() || !span.from().isBefore(now)) {
            html.element("title", sentence(span));
        }
        html.leaf("rect", "class", style, "width", "100%", "height", "100%", "rx", "3");
        label(span.phase().label(), width, style);
        html.close();
    }

    private void label(String text, double width, String style) {
        double needs = text.length() * LETTER + PADDING;
        String shown = width * PHONE >= needs * 100
                ? ""
                : width * TABLET >= needs * 100 ? " d1" : width * DESK >= needs * 100 ? " d2" : null;
        if (shown != null) {
            html.element("text", text, "class", "l-" + style + shown, "x", "7", "y", "13");
        }
    }

    private static String px(int value) {
        return Integer.toString(value);
    }

    static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    /** One rotation back and one ahead. */
    static Window overview(ScopeView scope, Instant now) {
        Duration rotation = scope.policy().rotation();
        return new Window(now.minus(rotation), now.plus(rotation));
    }

    /**
     * As far around the present as a change of keys takes; null when that is seen well enough in the overview, or nothing
     * changes in that time.
     */
    static @Nullable Window closeUp(ScopeView scope, List<Lane> lanes, Instant now) {
        Duration publication = scope.policy().publicationInterval();
        Duration retirement = scope.policy().retireInterval();
        Duration change = publication.compareTo(retirement) >= 0 ? publication : retirement;
        if (change.multipliedBy(CLOSE_UP_FROM).compareTo(scope.policy().rotation()) > 0) {
            return null;
        }
        Window window = new Window(now.minus(change), now.plus(change));
        boolean changes = lanes.stream().flatMap(l -> l.spans().stream()).anyMatch(s -> window.contains(s.from()));
        return changes ? window : null;
    }

    /** A change of keys shorter than one part in this many of a rotation cannot be read in the overview. */
    private static final int CLOSE_UP_FROM = 12;
}
