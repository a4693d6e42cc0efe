package dev.keymgr.key;

import java.util.regex.Pattern;

/**
 * The name of a trust domain, for example {@code consumer}. It appears in paths, URLs and token labels, so it is 1 to 32
 * of {@code a-z 0-9 -} and begins with a letter.
 */
public record ScopeName(String value) implements Comparable<ScopeName> {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    public ScopeName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("scope name '" + value
                    + "' is not 1 to 32 of lower-case letters, digits and '-', beginning with a letter");
        }
    }

    @Override
    public int compareTo(ScopeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
