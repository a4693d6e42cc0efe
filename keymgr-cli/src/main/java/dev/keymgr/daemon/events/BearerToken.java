package dev.keymgr.daemon.events;

import dev.keymgr.config.SecretSource;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a relying party and we know each other by. It prints as stars.
 *
 * @standard RFC 6750 s. 2.1
 */
public final class BearerToken {
    private static final String SCHEME = "Bearer ";

    /** 22 characters of base64url hold 128 bits. */
    private static final Pattern FORM = Pattern.compile("(?=.{22,512}$)[A-Za-z0-9._~+/-]+=*");

    private final String text;
    private final byte[] digest;

    private BearerToken(String text) {
        this.text = text;
        this.digest = digest(text);
    }

    /**
     * Reads one from its source.
     *
     * @param whose for the message
     * @param secrets understands the text of a source
     * @throws KeymgrException CONFIG_INVALID when it cannot be read or has another form
     */
    public static BearerToken read(String whose, SecretSource source, Function<String, PinSource> secrets) {
        try (Pin written = secrets.apply(source.toString()).read()) {
            String text = written.lend(String::new);
            if (!FORM.matcher(text).matches()) {
                throw new KeymgrException(
                        ErrorCode.CONFIG_INVALID,
                        "the bearer token of " + whose + " in " + source
                                + " is not 22 to 512 of letters, digits and -._~+/, with = at the end; nothing was sent:"
                                + " make one with 'openssl rand -hex 32' and give it to the relying party too");
            }
            return new BearerToken(text);
        } catch (KeymgrException e) {
            if (e.code() == ErrorCode.CONFIG_INVALID) {
                throw e;
            }
            throw new KeymgrException(
                    ErrorCode.CONFIG_INVALID, whose + " has no bearer token; nothing was sent: " + e.getMessage(), e);
        }
    }

    /** One that no header holds: it takes the time of a comparison where there is nothing to compare with. */
    static BearerToken nobodys() {
        return new BearerToken("\n");
    }

    /** The value of the header {@code Authorization} that we send. */
    String header() {
        return SCHEME + text;
    }

    /** Whether a header that was sent to us holds it. Takes as long for a wrong one as for the right one. */
    public boolean isIn(@Nullable String authorization) {
        return MessageDigest.isEqual(digest, digest(presented(authorization)));
    }

    private static String presented(@Nullable String authorization) {
        return authorization != null
                        && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME.toLowerCase(Locale.ROOT))
                ? authorization.substring(SCHEME.length()).strip()
                : "";
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "****";
    }
}
