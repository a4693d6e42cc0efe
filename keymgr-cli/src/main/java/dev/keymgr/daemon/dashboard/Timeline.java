package dev.keymgr.daemon.dashboard;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** The lanes of a scope over a window: a figure with the names of the keys, the drawing, and the drawing in words. */
final class Timeline {
    /** More lanes than this nobody compares; the rest are counted. */
    private static final int LANES_MAX = 8;

    private final Html html;
    private final Window window;
    private final Instant now;
    private final List<Lane> lanes;
    private final int hidden;

    Timeline(Html html, List<Lane> all, Window window, Instant now) {
        this.html = html;
        this.window = window;
        this.now = now;
        List<Lane> visible = all.stream().filter(l -> l.isIn(window)).toList();
        this.hidden = Math.max(0, visible.size() - LANES_MAX);
        this.lanes = visible.subList(hidden, visible.size());
    }

    /**
     * Writes it.
     *
     * @param id its own on the page
     */
    void write(String id, String title) {
        if (lanes.isEmpty()) {
            return;
        }
        html.open("figure", "class", "tl").element("figcaption", title + caption());
        html.open("div", "class", "plot").open("ul", "class", "names", "aria-hidden", "true");
        lanes.forEach(lane -> html.element("li", lane.name()));
        html.close();
        Plot plot = new Plot(html, window, now);
        plot.open(lanes.size(), id + "-t " + id + "-d");
        html.element("title", title, "id", id + "-t").element("desc", description(), "id", id + "-d");
        plot.draw(lanes);
        html.close().close().close().newline();
    }

    private String caption() {
        String span = " · " + Words.rough(window.length()) + ", UTC";
        return hidden == 0 ? span : span + " · " + Words.count(hidden, "older key", "older keys") + " not drawn";
    }

    private String description() {
        return lanes.stream()
                .map(lane -> "Key " + lane.name() + ": "
                        + lane.spans().stream()
                                .filter(s -> s.overlaps(window))
                                .map(s -> s.words(now))
                                .collect(Collectors.joining("; "))
                        + ".")
                .collect(Collectors.joining(" "));
    }
}
