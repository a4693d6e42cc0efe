package dev.keymgr;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import java.util.Locale;

/**
 * Keeps a log event on one line and a terminal from obeying it: whatever breaks a line, steers a terminal or turns the
 * direction of text is written as an escape. It ends the line itself: logback takes a conversion word right behind a closing
 * parenthesis for text. Made by logback by name.
 */
public final class OneLine extends CompositeConverter<ILoggingEvent> {
    /** Called by logback. */
    public OneLine() {}

    @Override
    protected String transform(ILoggingEvent event, String text) {
        return escape(text) + '\n';
    }

    /** Without white space at its end, and without any character that is not seen. */
    static String escape(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.stripTrailing().codePoints().forEach(c -> append(line, c));
        return line.toString();
    }

    private static void append(StringBuilder line, int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                line.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            default -> String.format(Locale.ROOT, "\\u%04x", c);
                        });
            default -> line.appendCodePoint(c);
        }
    }
}
