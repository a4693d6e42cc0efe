package dev.keymgr.lifecycle;

import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.rollover.RolloverPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one look at a scope brought about.
 *
 * @param done in order
 * @param failures steps that could not be carried out; what they wanted is still due
 * @param keyring as it is now
 * @param next what comes next
 */
public record Advance(List<Done> done, List<Failure> failures, Keyring keyring, RolloverPlan next) {
    /** A step carried out. */
    public record Done(Instant at, String what, String reason) {}

    /** A step that failed. */
    public record Failure(String what, KeymgrException error) {
        /** As one sentence. */
        public String says() {
            return "could not " + what + ": " + error.getMessage();
        }
    }

    public Advance {
        done = List.copyOf(done);
        failures = List.copyOf(failures);
    }

    public Optional<KeymgrException> firstError() {
        return failures.stream().map(Failure::error).findFirst();
    }
}
