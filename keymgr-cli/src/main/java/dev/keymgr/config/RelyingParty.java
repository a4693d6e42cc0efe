package dev.keymgr.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A registered verifier of one scope's tokens.
 *
 * @param name unique in the scope, and no name of {@code policy.cache.verifiers}
 * @param contact whom to call when it is silent
 * @param cache how long it may go on with a key document it has; the policy's cache bound respects it
 * @param events how it is told of security events; null: it is not
 * @param decisionsSecret of the bearer token with which it may send decision records; null: it may not
 */
public record RelyingParty(
        String name,
        String contact,
        Duration cache,
        @Nullable EventDelivery events,
        @Nullable SecretSource decisionsSecret) {

    /** How security events reach it. */
    public sealed interface EventDelivery {
        /** Of the bearer token between us and the party: ours when we push, its when it polls. */
        SecretSource secret();
    }

    /**
     * We call it.
     *
     * @standard RFC 8935
     */
    public record Push(URI url, SecretSource secret) implements EventDelivery {
        /** The address is left out: it may hold a secret. */
        @Override
        public String toString() {
            return "push";
        }
    }

    /**
     * It calls us.
     *
     * @standard RFC 8936
     */
    public record Poll(SecretSource secret) implements EventDelivery {
        @Override
        public String toString() {
            return "poll";
        }
    }

    /** Empty for a party that is not told. */
    public Optional<EventDelivery> delivery() {
        return Optional.ofNullable(events);
    }

    /** Empty for a party that may not send any. */
    public Optional<SecretSource> decisions() {
        return Optional.ofNullable(decisionsSecret);
    }
}
