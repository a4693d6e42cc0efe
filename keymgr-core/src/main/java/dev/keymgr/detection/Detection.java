package dev.keymgr.detection;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Instant;

/**
 * A misuse that a verifier's decision shows.
 *
 * @param scope of the key
 * @param at the scope of the verifier
 * @param verifier its name
 * @param proved whether the verifier had checked the signature; otherwise the token may be anybody's
 * @param decidedAt by the verifier's clock
 * @param inputDigest SHA-256 of the token's signing input, to find it in the verifier's log
 */
public record Detection(
        Misuse misuse,
        ScopeName scope,
        Kid kid,
        ScopeName at,
        String verifier,
        boolean proved,
        Instant decidedAt,
        String inputDigest) {

    /** Whether it tells nothing that the other did not. */
    boolean isToldBy(Detection other) {
        return misuse == other.misuse
                && kid.equals(other.kid)
                && at.equals(other.at)
                && verifier.equals(other.verifier)
                && (other.proved || !proved);
    }

    /** One sentence, and the command that we recommend. */
    public String says() {
        return scope + " key " + kid.prefix() + " " + misuse.says() + ": " + verifier + " of " + at + " at " + decidedAt
                + (proved ? "" : ", unproved") + "; run: " + command();
    }

    public String command() {
        return misuse.command(scope, kid, at, proved);
    }
}
