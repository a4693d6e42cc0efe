package dev.keymgr.daemon.dashboard;

import java.nio.charset.StandardCharsets;

/** A rendered dashboard and the headers it is safe under. Immutable. */
public final class Page {
    /** The page is well-formed XML too, and yet to be served as this. */
    public static final String CONTENT_TYPE = "text/html; charset=utf-8";

    private final byte[] html;
    private final String policy;

    Page(String html, String policy) {
        this.html = html.getBytes(StandardCharsets.UTF_8);
        this.policy = policy;
    }

    /** UTF-8. */
    public byte[] html() {
        return html.clone();
    }

    /** The value of the Content-Security-Policy header: no script, nothing fetched, the one style sheet by its hash. */
    public String contentSecurityPolicy() {
        return policy;
    }
}
