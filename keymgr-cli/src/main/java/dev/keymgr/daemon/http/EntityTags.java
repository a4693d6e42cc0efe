package dev.keymgr.daemon.http;

import java.util.List;

/**
 * The condition {@code If-None-Match}.
 *
 * @standard RFC 9110 s. 13.1.2
 */
final class EntityTags {
    private EntityTags() {}

    /**
     * Whether the client has it already, by weak comparison, or says {@code *}. What is malformed matches nothing, so that
     * the client gets the document.
     */
    static boolean match(List<String> fieldValues, String etag) {
        for (String value : fieldValues) {
            if (value.strip().equals("*") || lists(value, etag)) {
                return true;
            }
        }
        return false;
    }

    private static boolean lists(String value, String etag) {
        int at = 0;
        while (at < value.length()) {
            char c = value.charAt(at);
            if (c == ' ' || c == '\t' || c == ',') {
                at++;
                continue;
            }
            int open = value.startsWith("W/", at) ? at + 2 : at;
            int close = open < value.length() && value.charAt(open) == '"' ? value.indexOf('"', open + 1) : -1;
            if (close < 0) {
                return false;
            }
            if (close + 1 - open == etag.length() && value.startsWith(etag, open)) {
                return true;
            }
            at = close + 1;
        }
        return false;
    }
}
