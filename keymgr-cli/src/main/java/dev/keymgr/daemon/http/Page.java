package dev.keymgr.daemon.http;

/** An HTML page and what it may load. Immutable. */
public final class Page {
    private final byte[] html;
    private final String contentSecurityPolicy;

    /**
     * A page as it is sent.
     *
     * @param html UTF-8; copied
     * @param contentSecurityPolicy the header's value, for example {@code default-src 'none'; style-src 'sha256-...'}
     * @throws IllegalArgumentException for a policy that does not begin with {@code default-src 'none'}, or has a line break
     */
    public Page(byte[] html, String contentSecurityPolicy) {
        if (!contentSecurityPolicy.startsWith("default-src 'none'")
                || contentSecurityPolicy.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "a content security policy is one line and begins with default-src 'none': "
                            + contentSecurityPolicy);
        }
        this.html = html.clone();
        this.contentSecurityPolicy = contentSecurityPolicy;
    }

    byte[] html() {
        return html.clone();
    }

    String contentSecurityPolicy() {
        return contentSecurityPolicy;
    }
}
