package dev.keymgr.daemon.dashboard;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The signs: patterns that tell bars apart without colour, their key, and the mark of the verdict. */
final class Legend {
    private Legend() {}

    /** Referred to by the style sheet, by name. */
    static void patterns(Html html) {
        html.open(
                "svg", "xmlns", Svg.NAMESPACE, "class", "patterns", "width", "0", "height", "0", "aria-hidden", "true");
        html.open("defs");
        pattern(html, "dots", "6");
        html.leaf("circle", "class", "p-dot", "cx", "3", "cy", "3", "r", "1").close();
        pattern(html, "hatch", "6");
        html.leaf("path", "class", "p-line", "d", "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2")
                .close();
        pattern(html, "cross", "8");
        html.leaf("path", "class", "p-warn", "d", "M0,0 l8,8 M0,8 l8,-8").close();
        html.close().close().newline();
    }

    private static void pattern(Html html, String id, String size) {
        html.open("pattern", "id", id, "width", size, "height", size, "patternUnits", "userSpaceOnUse");
        html.leaf("rect", "class", "p-" + id, "width", size, "height", size);
    }

    static void write(Html html) {
        html.open("ul", "class", "legend", "aria-label", "Signs in the timelines");
        for (Phase phase : List.of(Phase.PUBLISHED, Phase.STANDBY, Phase.ACTIVE, Phase.RETIRED)) {
            swatch(html, phase.style(), phase.label());
        }
        swatch(html, "rdy f", "planned");
        html.close();
    }

    private static void swatch(Html html, String style, String label) {
        html.open("li").open("svg", "xmlns", Svg.NAMESPACE, "width", "22", "height", "12", "aria-hidden", "true");
        html.leaf("rect", "class", style, "x", "1", "y", "1", "width", "20", "height", "10", "rx", "2");
        html.close().text(label).close();
    }

    /** The verdict as a form: a tick, an i, an exclamation mark. */
    static void sign(Html html, Level level) {
        html.open(
                "svg",
                "xmlns",
                Svg.NAMESPACE,
                "class",
                "sign",
                "viewBox",
                "0 0 48 48",
                "width",
                "48",
                "height",
                "48",
                "aria-hidden",
                "true");
        html.leaf("circle", "class", "disc", "cx", "24", "cy", "24", "r", "22");
        html.leaf("path", "class", "stroke", "d", stroke(level)).close();
    }

    private static String stroke(Level level) {
        return switch (level) {
            case ACT -> "M24,12 v15 M24,34 v1";
            case NOTE -> "M24,13 v1 M24,21 v15";
            case WELL -> "M14,25 l7,7 l13,-15";
        };
    }

    /** For the tab, so that it tells the verdict while another tab is read. */
    static String icon(Level level) {
        String colour = switch (level) {
            case ACT -> "#b3261e";
            case NOTE -> "#8a5a00";
            case WELL -> "#2b6a4b";
        };
        String image =
                "<svg xmlns='" + Svg.NAMESPACE + "' viewBox='0 0 48 48'><circle cx='24' cy='24' r='24' fill='" + colour
                        + "'/><path d='" + stroke(level)
                        + "' fill='none' stroke='#fff' stroke-width='6' stroke-linecap='round'/></svg>";
        return "data:image/svg+xml,"
                + URLEncoder.encode(image, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
