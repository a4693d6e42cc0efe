package dev.keymgr.key;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The X.509 certificate that a scope's authority gave to a key, as bytes. What it says is judged where it is trusted.
 *
 * @param issuer the {@code iss} of the scope that the key was certified for
 * @param der in base64 without line breaks, as {@code x5c} has it
 * @standard RFC 7517 s. 4.7
 */
public record KeyCertificate(String issuer, String der) {
    public KeyCertificate {
        if (issuer.isBlank()) {
            throw new IllegalArgumentException("a certificate for no issuer");
        }
        if (Base64.getDecoder().decode(der).length == 0) {
            throw new IllegalArgumentException("an empty certificate");
        }
    }

    public static KeyCertificate of(String issuer, byte[] der) {
        return new KeyCertificate(issuer, Base64.getEncoder().encodeToString(der));
    }

    public byte[] encoded() {
        return Base64.getDecoder().decode(der);
    }

    /**
     * The {@code x5t#S256} of it.
     *
     * @standard RFC 7517 s. 4.9
     */
    public String thumbprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
