package dev.keymgr.token;

import java.time.Duration;
import java.util.Set;

/**
 * What a verifier demands of a token. Type and audience are always said; there is no leaving them out.
 *
 * @param type the header's {@code typ}, compared exactly
 * @param audiences a token must be meant for at least one of these; some or all of the scope's
 * @param leeway what is added to {@code exp}; zero or more, at most {@link #ALLOWANCE_MAX}
 * @param clockSkew by how much the signer's clock may be ahead of ours; zero or more, at most {@link #ALLOWANCE_MAX}
 * @param tokenLifetimeMax the longest {@code exp - iat}; one second or more
 * @standard RFC 8725 s. 3.9 and 3.11
 */
public record VerificationPolicy(
        String type, Set<String> audiences, Duration leeway, Duration clockSkew, Duration tokenLifetimeMax) {
    /**
     * The type of access tokens.
     *
     * @standard RFC 9068 s. 2.1
     */
    public static final String ACCESS_TOKEN = "at+jwt";

    /** More than this is no tolerance but a second life for tokens. */
    public static final Duration ALLOWANCE_MAX = Duration.ofMinutes(10);

    public VerificationPolicy {
        audiences = Set.copyOf(audiences);
        if (type.isBlank() || audiences.isEmpty()) {
            throw new IllegalArgumentException("a verifier states the type and the audience it stands for");
        }
        requireAllowance("leeway", leeway);
        requireAllowance("clock skew", clockSkew);
        if (tokenLifetimeMax.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a token lifetime of " + tokenLifetimeMax + " lets no token in");
        }
    }

    /** For access tokens, with no leeway and one second of clock skew. */
    public static VerificationPolicy accessTokens(Set<String> audiences, Duration tokenLifetimeMax) {
        return new VerificationPolicy(ACCESS_TOKEN, audiences, Duration.ZERO, Duration.ofSeconds(1), tokenLifetimeMax);
    }

    private static void requireAllowance(String name, Duration allowance) {
        if (allowance.isNegative() || allowance.compareTo(ALLOWANCE_MAX) > 0) {
            throw new IllegalArgumentException("a " + name + " of " + allowance + " is not 0 to " + ALLOWANCE_MAX);
        }
    }
}
