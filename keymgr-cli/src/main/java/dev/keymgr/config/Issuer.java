package dev.keymgr.config;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * The form of an issuer: an https URL without query or fragment. http only where it never leaves the machine.
 *
 * @standard RFC 8414 s. 2
 */
final class Issuer {
    static final String RULE = "an https URL without query, fragment or user, such as https://login.example/consumer"
            + "; http is for localhost, 127.0.0.1 and [::1]";

    private Issuer() {}

    static Optional<String> bind(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty() || isIssuer(text.get())) {
            return text;
        }
        if (text.get().contains("@")) {
            value.refuse("names a user; it must be " + RULE);
            return Optional.empty();
        }
        return value.refuseValue(text.get(), RULE);
    }

    /** Issuers that some relying party may take for one another have the same identity. */
    static String identity(String issuer) {
        URI uri = URI.create(issuer).normalize();
        int port = uri.getPort() == 443 && "https".equals(uri.getScheme()) ? -1 : uri.getPort();
        String path = uri.getRawPath().replaceAll("/+$", "");
        return uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (port < 0 ? "" : ":" + port) + path;
    }

    private static boolean isIssuer(String text) {
        return WebAddress.parse(text).isPresent() && !text.contains("?");
    }
}
