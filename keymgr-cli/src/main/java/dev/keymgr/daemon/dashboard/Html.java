package dev.keymgr.daemon.dashboard;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes markup that an HTML parser and a strict XML parser read alike. Tags and attribute names come from this package;
 * every text and every attribute value is escaped here, and there is no way around it.
 */
final class Html {
    /** Elements that HTML closes by itself; those of SVG may be written empty too. */
    private static final Set<String> EMPTY =
            Set.of("meta", "link", "rect", "line", "circle", "path", "br", "use", "polygon");

    private final StringBuilder out = new StringBuilder(32_768);
    private final Deque<String> open = new ArrayDeque<>();

    /** Begins an element; attributes are names and values in turn. */
    Html open(String tag, String... attributes) {
        start(tag, attributes);
        out.append('>');
        open.push(tag);
        return this;
    }

    /** Ends the innermost element. */
    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element without content. */
    Html leaf(String tag, String... attributes) {
        if (!EMPTY.contains(tag)) {
            throw new IllegalArgumentException("<" + tag + "> may not be written empty");
        }
        start(tag, attributes);
        out.append("/>");
        return this;
    }

    /** An element with only text in it. */
    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** An instant, written for people and for machines. */
    Html time(String text, Instant at) {
        return element("time", text, "datetime", at.toString());
    }

    Html text(String text) {
        escape(text);
        return this;
    }

    /** A line break in the source, for those who read it. */
    Html newline() {
        out.append('\n');
        return this;
    }

    /** Style is raw text to an HTML parser and escaped text to an XML parser: only what both read alike may stand there. */
    Html style(String css) {
        if (css.indexOf('<') >= 0 || css.indexOf('&') >= 0 || css.contains("]]>")) {
            throw new IllegalArgumentException("a style sheet that HTML and XML read differently");
        }
        open("style");
        out.append(css);
        return close();
    }

    String document() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return "<!DOCTYPE html>\n" + out + "\n";
    }

    private void start(String tag, String... attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("an attribute of <" + tag + "> without a value");
        }
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
    }

    private void escape(String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isShowable(c) ? c : 0xFFFD);
            }
        });
    }

    /**
     * Not what XML forbids, and not what turns the direction of text: with that, a name could pose as another.
     *
     * @standard XML 1.0 s. 2.2
     */
    private static boolean isShowable(int c) {
        boolean turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
        boolean control = Character.isISOControl(c) && c != '\t' && c != '\n';
        boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return !turns && !control && !lone && (c & 0xFFFE) != 0xFFFE;
    }
}
