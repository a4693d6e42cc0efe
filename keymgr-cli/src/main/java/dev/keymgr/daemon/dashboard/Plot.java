package dev.keymgr.daemon.dashboard;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws lanes, the axis and the present. Along the time axis everything is in percent and across it in pixels, so that one
 * drawing fits a desk and a phone with its letters at one size.
 */
final class Plot {
    private static final int TOP = 18;
    private static final int ROW = 28;
    private static final int BAR = 18;
    private static final int AXIS = 22;

    /** A bar shorter than this, in percent, is drawn this long: it must be seen. */
    private static final double BAR_MIN = 0.5;

    /** Widths of the plot, in pixels, that a label may have to fit into. */
    private static final int PHONE = 220;

    private static final int TABLET = 480;
    private static final int DESK = 860;

    /** Pixels that a letter takes, and the room around a label. */
    private static final double LETTER = 6.4;

    private static final int ROOM = 14;

    private final Html html;
    private final Svg svg;
    private final Window window;
    private final Instant now;
    private int bottom;

    Plot(Html html, Window window, Instant now) {
        this.html = html;
        this.svg = new Svg(html);
        this.window = window;
        this.now = now;
    }

    /** Begins the drawing; what names it comes next. */
    void open(int lanes, String labelledBy) {
        bottom = TOP + lanes * ROW;
        svg.openPicture(bottom + AXIS, "aria-labelledby", labelledBy);
    }

    void draw(List<Lane> lanes) {
        axis();
        for (int i = 0; i < lanes.size(); i++) {
            lane(lanes.get(i), TOP + i * ROW + (ROW - BAR) / 2);
        }
        if (window.contains(now)) {
            double at = window.percent(now);
            svg.line("now", at, at, TOP - 4, bottom + 4);
            svg.text("now", at, TOP - 7, "now");
        }
    }

    private void axis() {
        double present = window.percent(now);
        svg.rect("fut", present, TOP, 100 - present, bottom - TOP);
        List<Ticks.Tick> ticks = Ticks.of(window);
        int every = onPhone(ticks);
        for (int i = 0; i < ticks.size(); i++) {
            double at = window.percent(ticks.get(i).at());
            svg.line("grid", at, at, TOP, bottom + 4);
            String style = i % every == every / 2 ? "tick" : "tick d1";
            svg.text(style, at, bottom + AXIS - 5, ticks.get(i).label());
        }
    }

    /** On a phone there is room for one label in so many. */
    private static int onPhone(List<Ticks.Tick> ticks) {
        double needed = ticks.stream().mapToDouble(t -> width(t.label())).sum();
        return Math.max(1, (int) Math.ceil(needed / PHONE));
    }

    private static double width(String label) {
        return label.length() * LETTER + ROOM;
    }

    private void lane(Lane lane, int y) {
        for (Lane.Span span : lane.spans()) {
            if (!span.overlaps(window)) {
                continue;
            }
            Instant until = span.until();
            boolean begun = span.from().isBefore(now);
            boolean goesOn = until == null || until.isAfter(now);
            if (begun && goesOn && window.contains(now)) {
                boolean named = piece(span, span.from(), now, y, span.phase().label());
                piece(span, now, until, y, named ? "" : span.phase().label());
            } else {
                piece(span, span.from(), until, y, span.phase().label());
            }
        }
    }

    /** Draws the part of a span that lies on one side of the present. Says whether its label fitted in. */
    private boolean piece(Lane.Span span, Instant from, @Nullable Instant until, int y, String label) {
        double start = window.percent(from);
        double width = (until == null ? 100 : window.percent(until)) - start;
        String style = span.phase().style() + (from.isBefore(now) ? "" : " f");
        if (span.phase().isThin()) {
            svg.line(style, start, start + width, y + BAR / 2, y + BAR / 2);
            return true;
        }
        svg.openPart(Math.min(start, 100 - BAR_MIN), y, Math.max(width, BAR_MIN), BAR);
        if (from.equals(span.from())) {
            html.element("title", span.words(now));
        }
        svg.bar(style, 0, 100, BAR);
        String room = room(label, width);
        boolean fits = !label.isEmpty() && !room.equals("none");
        if (fits) {
            html.element("text", label, "class", "l-" + style + room, "x", "7", "y", "13");
        }
        html.close();
        return fits;
    }

    /** The style that hides a label where its bar is too short, "none" where it always is. */
    private static String room(String label, double percent) {
        double needs = 100 * width(label);
        if (percent * PHONE >= needs) {
            return "";
        }
        if (percent * TABLET >= needs) {
            return " d1";
        }
        return percent * DESK >= needs ? " d2" : "none";
    }
}
