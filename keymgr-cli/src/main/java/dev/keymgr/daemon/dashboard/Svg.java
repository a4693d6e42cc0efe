package dev.keymgr.daemon.dashboard;

import java.util.Locale;

/** Shapes. Along the x axis places are percentages, along the y axis pixels; colours come from the style sheet alone. */
final class Svg {
    static final String NAMESPACE = "http://www.w3.org/2000/svg";

    private final Html html;

    Svg(Html html) {
        this.html = html;
    }

    void line(String style, double x1, double x2, int y1, int y2) {
        html.leaf("line", "class", style, "x1", pc(x1), "x2", pc(x2), "y1", px(y1), "y2", px(y2));
    }

    void rect(String style, double x, int y, double width, int height) {
        html.leaf("rect", "class", style, "x", pc(x), "y", px(y), "width", pc(width), "height", px(height));
    }

    /** From the left edge. */
    void bar(String style, int y, double width, int height) {
        html.leaf("rect", "class", style, "y", px(y), "width", pc(width), "height", px(height));
    }

    /** Text in the middle of its place, unless that would push it out at one end. */
    void text(String style, double x, int y, String text) {
        String anchor = x < 3 ? "start" : x > 97 ? "end" : "middle";
        html.element("text", text, "class", style, "x", pc(x), "y", px(y), "text-anchor", anchor);
    }

    /** A picture with a name for those who do not see it. */
    void openPicture(int height, String nameAttribute, String name) {
        String size = px(height);
        html.open("svg", "xmlns", NAMESPACE, "role", "img", "width", "100%", "height", size, nameAttribute, name);
    }

    /** A part that cuts off what it holds. */
    void openPart(double x, int y, double width, int height) {
        html.open("svg", "x", pc(x), "y", px(y), "width", pc(width), "height", px(height));
    }

    private static String px(int value) {
        return Integer.toString(value);
    }

    /** Tenths of a pixel on a wide screen, in as few letters as that takes. */
    private static String pc(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceAll("\\.?0+$", "") + "%";
    }
}
