package dev.keymgr.key;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One key of a keyring: identity, place, state, times. Immutable; a change is a new value, made only by {@link Keyring}.
 *
 * @param kid the thumbprint of {@code publicKey}
 * @param cacheBound the C* that applied when it was published; zero for the first document of a scope, null before
 *     publication
 * @param tokenLifetime the longest token life (L) in force while it was active; zero before that
 * @param compromise why it was revoked; present exactly in state COMPROMISED
 * @param certificate from an authority of its scope; null where the scope had none when the key was made
 */
public record SigningKey(
        Kid kid,
        KeyGroup group,
        KeyLocation location,
        VerificationKey publicKey,
        KeyState state,
        PrivateHalf privateHalf,
        KeyTimes times,
        @Nullable Duration cacheBound,
        Duration tokenLifetime,
        @Nullable Compromise compromise,
        @Nullable KeyCertificate certificate) {

    public SigningKey {
        if (!kid.equals(Kid.of(publicKey))) {
            throw new IllegalArgumentException("kid " + kid + " is not the thumbprint of its public key");
        }
        if (!publicKey.fits(group.algorithm())) {
            throw new IllegalArgumentException("the public key of " + kid + " does not fit " + group.algorithm());
        }
        if ((compromise != null) != (state == KeyState.COMPROMISED)) {
            throw new IllegalArgumentException("key " + kid + ": state " + state + " and compromise record disagree");
        }
    }

    /** A key just made by its token. */
    public static SigningKey generated(
            KeyGroup group, KeyLocation location, VerificationKey publicKey, Instant generatedAt) {
        return new SigningKey(
                Kid.of(publicKey),
                group,
                location,
                publicKey,
                KeyState.GENERATED,
                PrivateHalf.PRESENT,
                KeyTimes.generatedAt(generatedAt),
                null,
                Duration.ZERO,
                null,
                null);
    }

    public SigningAlgorithm algorithm() {
        return group.algorithm();
    }

    /** Whether the private half can still be used. */
    public boolean canSign() {
        return privateHalf == PrivateHalf.PRESENT;
    }

    /** Whether it has ever signed for anyone. */
    public boolean wasActive() {
        return times.find(Moment.ACTIVATED).isPresent();
    }

    /** Whether its time to sign is over: its private half is due to go. */
    public boolean wasRetired() {
        return times.find(Moment.RETIRED).isPresent();
    }

    /** Whether an operator ordered it out of the document while it is suspended. */
    public boolean isWithdrawn() {
        return times.find(Moment.WITHDRAWN).isPresent();
    }

    /** The same with what its scope's authority says of it. Once, before it enters a keyring. */
    public SigningKey certified(KeyCertificate by) {
        return new SigningKey(
                kid, group, location, publicKey, state, privateHalf, times, cacheBound, tokenLifetime, compromise, by);
    }

    SigningKey in(KeyState next, KeyTimes nextTimes) {
        return new SigningKey(
                kid,
                group,
                location,
                publicKey,
                next,
                privateHalf,
                nextTimes,
                cacheBound,
                tokenLifetime,
                compromise,
                certificate);
    }

    SigningKey with(PrivateHalf half, KeyTimes nextTimes) {
        return new SigningKey(
                kid,
                group,
                location,
                publicKey,
                state,
                half,
                nextTimes,
                cacheBound,
                tokenLifetime,
                compromise,
                certificate);
    }

    SigningKey withCacheBound(Duration bound) {
        return new SigningKey(
                kid,
                group,
                location,
                publicKey,
                state,
                privateHalf,
                times,
                bound,
                tokenLifetime,
                compromise,
                certificate);
    }

    SigningKey withTokenLifetime(Duration lifetime) {
        return new SigningKey(
                kid,
                group,
                location,
                publicKey,
                state,
                privateHalf,
                times,
                cacheBound,
                lifetime,
                compromise,
                certificate);
    }

    SigningKey compromised(Compromise record, Instant at) {
        return new SigningKey(
                kid,
                group,
                location,
                publicKey,
                KeyState.COMPROMISED,
                privateHalf,
                times.with(Moment.COMPROMISED, at),
                cacheBound,
                tokenLifetime,
                record.revokedAt(at),
                certificate);
    }
}
