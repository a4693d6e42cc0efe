package dev.keymgr.token;

/** What became of a token. Exactly one for each token; the names are stable and stand in logs and metrics. */
public enum Verdict {
    ACCEPTED,
    /** Refused, and signed with a key of another scope: the incident this product exists for. Always an alarm. */
    CROSS_SCOPE,
    /** The key's trust was ended. */
    REVOKED_KEY,
    /** The key's time is over, or the token claims to be older than the key's first use. */
    EXPIRED_KEY,
    /** This issuer's set has no such key. */
    UNKNOWN_KEY,
    BAD_SIGNATURE,
    /** Not a compact JWS with a header and claims as we demand them. */
    MALFORMED,
    WRONG_ISSUER,
    WRONG_AUDIENCE,
    WRONG_TYPE,
    /** Its claim {@code trust_scope} is not the verifier's scope. */
    WRONG_SCOPE,
    /** Expired, not yet valid, made in the future, or made to live too long. */
    OUTSIDE_TIME
}
