package dev.keymgr.key;

import java.util.regex.Pattern;

/**
 * The CKA_ID under which a key pair and its certificate lie in a token, in lower-case hex digits. Ours have 16 bytes,
 * chosen before generation: a repeat after a crash looks for this id first, and so never makes a second key. Keys that
 * others put into the token may have any id, even an empty one.
 */
public record CkaId(String hex) implements Comparable<CkaId> {
    private static final Pattern FORM = Pattern.compile("(?:[0-9a-f]{2}){0,255}");

    public CkaId {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "CKA_ID '" + hex + "' is not an even number of lower-case hex digits, at most 510");
        }
    }

    @Override
    public int compareTo(CkaId other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
