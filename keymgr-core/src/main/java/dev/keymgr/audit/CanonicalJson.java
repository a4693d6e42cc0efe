package dev.keymgr.audit;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one spelling of an event: what its hash is taken over. Members sorted by name, no white space, escapes only where
 * JSON demands them. It is written here and not by a library because it may never change: a release that spelled one
 * escape otherwise would break every chain ever written. Pure; safe for many threads.
 *
 * @standard RFC 8785 s. 3.2 (objects and strings; there are no numbers here)
 */
public final class CanonicalJson {
    private static final String HEX = "0123456789abcdef";
    private static final int UNICODE_DIGITS = 4;

    private CanonicalJson() {}

    /** An event as one object; {@code kid} is left out where the event is of no key. */
    public static String event(AuditEvent event) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"action\":");
        string(json, event.action().id());
        json.append(",\"actor\":");
        string(json, event.actor());
        json.append(",\"at\":");
        string(json, event.at().toString());
        json.append(",\"details\":").append(object(event.details()));
        if (event.kid() != null) {
            json.append(",\"kid\":");
            string(json, event.kid().value());
        }
        json.append(",\"scope\":");
        string(json, event.scope().value());
        return json.append('}').toString();
    }

    /**
     * A map of strings as one object.
     *
     * @throws IllegalArgumentException when a string holds half a surrogate pair: it has no UTF-8 form
     */
    public static String object(SortedMap<String, String> members) {
        StringBuilder json = new StringBuilder("{");
        // Java compares strings by UTF-16 unit, which is the order the standard asks for; a caller's comparator may
        // not.
        for (Map.Entry<String, String> member : new TreeMap<>((Map<String, String>) members).entrySet()) {
            if (json.length() > 1) {
                json.append(',');
            }
            string(json, member.getKey());
            json.append(':');
            string(json, member.getValue());
        }
        return json.append('}').toString();
    }

    /**
     * Reads what {@link #object} wrote, and nothing else.
     *
     * @throws IllegalArgumentException when the text is not in canonical form
     */
    public static SortedMap<String, String> parseObject(String json) {
        SortedMap<String, String> members = new Reader(json).object();
        if (!object(members).equals(json)) {
            throw new IllegalArgumentException("details that are not in canonical form");
        }
        return members;
    }

    private static void string(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                json.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException("half a surrogate pair at " + i + " cannot be recorded");
            } else {
                character(json, c);
            }
        }
        json.append('"');
    }

    private static void character(StringBuilder json, char c) {
        String shortForm = shortEscape(c);
        if (shortForm != null) {
            json.append(shortForm);
        } else if (c < ' ') {
            json.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
        } else {
            json.append(c);
        }
    }

    private static @Nullable String shortEscape(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> null;
        };
    }

    /** Just enough JSON for {@link #object}; whatever slips through fails the comparison with the canonical form. */
    private static final class Reader {
        private final String json;
        private int at;

        Reader(String json) {
            this.json = json;
        }

        SortedMap<String, String> object() {
            SortedMap<String, String> members = new TreeMap<>();
            expect('{');
            while (peek() != '}') {
                if (!members.isEmpty()) {
                    expect(',');
                }
                String name = string();
                expect(':');
                members.put(name, string());
            }
            expect('}');
            return members;
        }

        private String string() {
            StringBuilder text = new StringBuilder();
            expect('"');
            while (peek() != '"') {
                char c = next();
                text.append(c == '\\' ? escaped() : c);
            }
            expect('"');
            return text.toString();
        }

        private char escaped() {
            char c = next();
            return switch (c) {
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> unicode();
                default -> c;
            };
        }

        private char unicode() {
            int value = 0;
            for (int i = 0; i < UNICODE_DIGITS; i++) {
                value = (value << 4) | Math.max(0, HEX.indexOf(next()));
            }
            return (char) value;
        }

        private char peek() {
            if (at >= json.length()) {
                throw new IllegalArgumentException("details that end in the middle");
            }
            return json.charAt(at);
        }

        private char next() {
            char c = peek();
            at++;
            return c;
        }

        private void expect(char c) {
            if (next() != c) {
                throw new IllegalArgumentException("details with something else than '" + c + "' at " + (at - 1));
            }
        }
    }
}
