package dev.keymgr.key;

import java.util.regex.Pattern;

/**
 * The CKA_ID under which a key pair and its certificate lie in a token: 16 bytes, chosen before generation, written here
 * as 32 lower-case hex digits. A repeat after a crash looks for this id first, and so never makes a second key.
 */
public record CkaId(String hex) implements Comparable<CkaId> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    public CkaId {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("CKA_ID '" + hex + "' is not 32 lower-case hex digits");
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
