package dev.keymgr.jwks;

import java.util.Base64;

/**
 * Base64url without padding, one spelling for one value. JDK and most libraries accept several spellings of the same
 * bytes, so that one token or key has many; a deny-list by hash would then miss the others.
 *
 * @standard RFC 7515 s. 2
 * @standard RFC 4648 s. 3.5
 */
public final class Base64Url {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private Base64Url() {}

    public static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /**
     * The bytes that {@link #encode} would spell exactly so.
     *
     * @throws IllegalArgumentException for padding, white space, letters outside the alphabet, or set bits at the end that
     *     belong to no byte; the message does not hold the text
     */
    public static byte[] decode(String text) {
        byte[] bytes;
        try {
            bytes = DECODER.decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not base64url", e);
        }
        if (!encode(bytes).equals(text)) {
            throw new IllegalArgumentException("not the canonical base64url of its bytes");
        }
        return bytes;
    }
}
