package dev.keymgr.key;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The identity of a key: the SHA-256 thumbprint of its public half in base64url, 43 characters.
 *
 * @standard RFC 7638 s. 3
 */
public record Kid(String value) implements Comparable<Kid> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int PREFIX_LENGTH = 8;

    public Kid {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "kid '" + value + "' is not a SHA-256 thumbprint of 43 base64url characters");
        }
    }

    public static Kid of(VerificationKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.thumbprintInput());
            return new Kid(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The first characters: enough for a person to tell keys apart, and what operators type. */
    public String prefix() {
        return value.substring(0, PREFIX_LENGTH);
    }

    @Override
    public int compareTo(Kid other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
