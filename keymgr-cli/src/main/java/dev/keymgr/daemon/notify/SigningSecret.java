package dev.keymgr.daemon.notify;

import dev.keymgr.hsm.Pin;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that a receiver shares with us. It prints as stars and never leaves this object.
 *
 * @standard Standard Webhooks 1.0.0, "Signature scheme"
 */
final class SigningSecret {
    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES_MIN = 24;
    private static final int BYTES_MAX = 64;

    private final SecretKeySpec key;

    private SigningSecret(SecretKeySpec key) {
        this.key = key;
    }

    /** Empty when it is not {@code whsec_} and 24 to 64 bytes in base64. */
    static Optional<SigningSecret> read(Pin written) {
        return written.lend(SigningSecret::parse);
    }

    /** The value of {@code webhook-signature}. */
    String sign(String id, long timestamp, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            String signed = id + "." + timestamp + "." + body;
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "****";
    }

    private static Optional<SigningSecret> parse(char[] written) {
        byte[] encoded = new byte[Math.max(0, written.length - PREFIX.length())];
        byte[] decoded = {};
        try {
            for (int i = 0; i < written.length; i++) {
                boolean fits = i < PREFIX.length() ? written[i] == PREFIX.charAt(i) : written[i] < 0x80;
                if (!fits) {
                    return Optional.empty();
                }
                if (i >= PREFIX.length()) {
                    encoded[i - PREFIX.length()] = (byte) written[i];
                }
            }
            decoded = Base64.getDecoder().decode(encoded);
            return decoded.length < BYTES_MIN || decoded.length > BYTES_MAX
                    ? Optional.empty()
                    : Optional.of(new SigningSecret(new SecretKeySpec(decoded, ALGORITHM)));
        } catch (IllegalArgumentException e) {
            // Not base64. The exception quotes a character of it, so it goes no further.
            return Optional.empty();
        } finally {
            Arrays.fill(encoded, (byte) 0);
            Arrays.fill(decoded, (byte) 0);
        }
    }
}
