package dev.keymgr.lifecycle;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.SigningKey;
import java.util.Optional;

/** What an order made of a key, for people. */
final class Difference {
    private Difference() {}

    /** Empty when its state and the cause of its revocation are as they were. */
    static Optional<String> between(SigningKey old, SigningKey now) {
        String name = "key " + now.kid().prefix() + " in " + now.location().token();
        if (old.state() != now.state()) {
            return Optional.of(name + " is " + now.state() + ", was " + old.state());
        }
        Compromise before = old.compromise();
        Compromise after = now.compromise();
        return before != null && after != null && before.cause() != after.cause()
                ? Optional.of(name + " was revoked for cause " + after.cause() + ", was " + before.cause())
                : Optional.empty();
    }
}
