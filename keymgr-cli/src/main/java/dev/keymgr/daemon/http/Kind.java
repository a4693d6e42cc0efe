package dev.keymgr.daemon.http;

import java.util.Optional;

/** The documents that a scope publishes over HTTP, each at one path below the scope's name. */
public enum Kind {
    /**
     * The scope's public keys.
     *
     * @standard RFC 7517 s. 8.5.2
     */
    JWKS("jwks", "jwks.json", "application/jwk-set+json"),

    /**
     * The same, signed by the scope's authority.
     *
     * @standard OpenID Federation 1.0 s. 5.2.1.1
     */
    SIGNED_JWKS("signed_jwks", "jwks.jwt", "application/jwk-set+jwt"),

    /**
     * Every key that ever was published.
     *
     * @standard OpenID Federation 1.0 s. 8.7
     */
    HISTORY("history", "historical-keys.jwt", "application/jwk-set+jwt"),

    /** What is trusted no more. */
    REVOCATIONS("revocations", "revoked-keys.jwt", "application/jwt"),

    /** The OpenID Provider configuration, whose {@code jwks_uri} leads to the first. */
    DISCOVERY("discovery", ".well-known/openid-configuration", "application/json");

    private final String label;
    private final String path;
    private final String mediaType;

    Kind(String label, String path, String mediaType) {
        this.label = label;
        this.path = path;
        this.mediaType = mediaType;
    }

    /** As the endpoint is called in metrics. */
    public String label() {
        return label;
    }

    /** Below {@code /{scope}/}, without a leading slash. */
    public String path() {
        return path;
    }

    public String mediaType() {
        return mediaType;
    }

    static Optional<Kind> at(String path) {
        for (Kind kind : values()) {
            if (kind.path.equals(path)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
