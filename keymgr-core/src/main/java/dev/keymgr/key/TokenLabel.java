package dev.keymgr.key;

import java.nio.charset.StandardCharsets;

/**
 * The label of a PKCS#11 token (CK_TOKEN_INFO): how a token is found, since slot numbers move.
 *
 * @standard PKCS#11 v2.40 s. 3.2 (32 bytes, UTF-8, blank padded)
 */
public record TokenLabel(String value) implements Comparable<TokenLabel> {
    private static final int BYTES_MAX = 32;

    public TokenLabel {
        if (value.isBlank()
                || !value.equals(value.strip())
                || value.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "token label '" + value + "' is blank, padded or longer than " + BYTES_MAX + " bytes");
        }
    }

    @Override
    public int compareTo(TokenLabel other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
