package dev.keymgr.incident;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is said of how the key was lost. An earlier version stays in the account beside the later.
 *
 * @param evidence what proves it, by name and SHA-256; null for none
 * @param record the audit record in which it was said
 */
public record Cause(
        Standing standing, String text, @Nullable Evidence evidence, Instant at, String by, long record) {
    /** How far it is proved. */
    public enum Standing {
        SUSPECTED,
        CONFIRMED
    }

    /**
     * A file that was looked at, not the file.
     *
     * @param sha256 lower-case hex
     */
    public record Evidence(String name, String sha256) {}

    public Cause {
        if (standing == Standing.CONFIRMED && evidence == null) {
            throw new IllegalArgumentException("a cause is confirmed by evidence, and there is none");
        }
    }
}
