package dev.keymgr.token;

import dev.keymgr.key.ScopeName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token was not accepted: an outcome the caller must deal with, so the one checked exception of ours. Carries no stack
 * trace, for strangers decide how often it is thrown, and no part of the token but names of header and claim members.
 */
public final class TokenRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Verdict verdict;
    private final String reason;
    private final transient @Nullable ScopeName signedBy;

    public TokenRejectedException(Verdict verdict, String reason) {
        this(verdict, reason, null);
    }

    private TokenRejectedException(Verdict verdict, String reason, @Nullable ScopeName signedBy) {
        super(verdict + ": " + reason, null, false, false);
        if (verdict == Verdict.ACCEPTED) {
            throw new IllegalArgumentException("an accepted token is not rejected");
        }
        this.verdict = verdict;
        this.reason = reason;
        this.signedBy = signedBy;
    }

    static TokenRejectedException crossScope(ScopeName signedBy, TokenRejectedException first) {
        return new TokenRejectedException(
                Verdict.CROSS_SCOPE,
                "signed with a key of scope " + signedBy + "; refused here as " + first.getMessage(),
                signedBy);
    }

    public Verdict verdict() {
        return verdict;
    }

    /** For people and logs; lower case, no token content. */
    public String reason() {
        return reason;
    }

    /** The scope whose key signed it; never but for {@link Verdict#CROSS_SCOPE}, and there where it is known. */
    public Optional<ScopeName> signedBy() {
        return Optional.ofNullable(signedBy);
    }
}
