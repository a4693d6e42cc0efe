package dev.keymgr.lifecycle;

import java.time.Duration;

/**
 * How the signed documents of a scope are made.
 *
 * @param validity from signing to {@code exp}, one second or more; they are signed anew when half of it is over. A verifier
 *     that gets none for so long trusts nothing
 */
public record DocumentTerms(Duration validity) {
    /** Time enough to mend a token, and no more than a day's work for a thief who keeps a verifier from hearing. */
    public static final DocumentTerms DEFAULT = new DocumentTerms(Duration.ofHours(6));

    public DocumentTerms {
        if (validity.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("documents that are valid for " + validity + " are never valid");
        }
    }
}
