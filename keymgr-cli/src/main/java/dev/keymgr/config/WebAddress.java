package dev.keymgr.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A URL that nobody on the way can answer in another's name: https, or http where it never leaves the machine. Without
 * fragment and without user.
 *
 * @standard RFC 9110 s. 4.2
 */
final class WebAddress {
    static final String RULE = "an https URL without fragment or user; http is for localhost, 127.0.0.1 and [::1]";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private WebAddress() {}

    /** Empty when the text is another kind of URL, or none. */
    static Optional<URI> parse(String text) {
        try {
            URI uri = new URI(text);
            String host = uri.getHost();
            boolean safe = host != null && ("https".equals(uri.getScheme()) || isLoopback(uri.getScheme(), host));
            boolean plain = uri.getRawUserInfo() == null && !text.contains("#") && uri.getPort() <= 0xffff;
            return safe && plain ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Addresses of the same thing have the same identity. */
    static String identity(URI address) {
        URI uri = address.normalize();
        int usual = "https".equals(uri.getScheme()) ? 443 : 80;
        String port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port + path + query;
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.contains(host);
    }

    private static boolean isLoopback(String scheme, String host) {
        return "http".equals(scheme) && isLoopback(host);
    }
}
