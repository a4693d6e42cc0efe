package dev.keymgr.token;

import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a signer's sight of its keyring younger than the drain, without a thread of its own: callers refresh it on their
 * way, one at a time, while the others go on with what there is. For many threads; the usual way in is one volatile read.
 */
final class KeyringView {
    /** After a failed read the next one waits for this part of the drain, so that a dead store does not slow each call. */
    private static final int RETRIES_PER_DRAIN = 16;

    private record Failure(long attempt, KeymgrException error) {}

    private final Scope scope;
    private final SigningPolicy policy;
    private final Supplier<Keyring> keyrings;
    private final Tokens tokens;
    private final Clock clock;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile @Nullable SigningView view;
    private final AtomicLong attempts = new AtomicLong();
    private volatile @Nullable Failure failure;

    KeyringView(Scope scope, SigningPolicy policy, Supplier<Keyring> keyrings, Tokens tokens, Clock clock) {
        this.scope = scope;
        this.policy = policy;
        this.keyrings = keyrings;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * A view that may be signed with at this instant.
     *
     * @throws KeymgrException STALE when the last view is as old as the drain and no new one can be had; the store's own
     *     error when there was never one
     */
    SigningView require(Instant now) {
        SigningView seen = view;
        if (seen != null && seen.isFresh(now)) {
            return seen;
        }
        if (seen == null || !seen.isUsable(now, policy.drain())) {
            return awaited(seen);
        }
        if (!turn.tryLock()) {
            return seen; // somebody is reading; this one is still good
        }
        try {
            return refreshed(now, seen);
        } finally {
            turn.unlock();
        }
    }

    private SigningView refreshed(Instant now, SigningView seen) {
        SigningView latest = Objects.requireNonNullElse(view, seen);
        if (latest.isFresh(now)) {
            return latest; // somebody was quicker
        }
        try {
            return read();
        } catch (KeymgrException e) {
            Duration drain = policy.drain();
            view = latest.retryAt(now.plus(drain.dividedBy(RETRIES_PER_DRAIN)), drain);
            return latest;
        }
    }

    /** Reads anew because the token says that what was seen is no longer true, unless somebody did so meanwhile. */
    SigningView requireAfter(SigningView outdated) {
        turn.lock();
        try {
            SigningView seen = view;
            return seen != null && seen.readAt().isAfter(outdated.readAt()) ? seen : read();
        } finally {
            turn.unlock();
        }
    }

    /** The handle to the key of a view, opened once. Whoever comes meanwhile waits for it. */
    SigningHandle requireHandle(SigningView seen) {
        SigningHandle known = seen.handle();
        if (known != null) {
            return known;
        }
        SigningKey key = Objects.requireNonNull(seen.key(), "a view without a key has no handle");
        turn.lock();
        try {
            SigningView latest = view;
            if (latest == null || !isOf(latest, key)) {
                return open(key); // a later view has another key; this one is good for the call that has it
            }
            SigningHandle opened = latest.handle();
            if (opened == null) {
                opened = open(key);
                view = latest.opened(opened);
            }
            return opened;
        } finally {
            turn.unlock();
        }
    }

    private SigningHandle open(SigningKey key) {
        return tokens.require(key.location().token()).open(key.location().id(), key.algorithm());
    }

    private static boolean isOf(SigningView seen, SigningKey key) {
        return seen.key() != null && seen.key().kid().equals(key.kid());
    }

    /** There is nothing to go on with: waits for its turn, and shares the outcome of an attempt made while it waited. */
    private SigningView awaited(@Nullable SigningView before) {
        long seenAttempts = attempts.get();
        turn.lock();
        try {
            SigningView seen = view;
            if (seen != null && seen.isUsable(clock.instant(), policy.drain())) {
                return seen;
            }
            Failure last = failure;
            if (last != null && last.attempt() > seenAttempts) {
                throw last.error();
            }
            return read();
        } catch (KeymgrException e) {
            throw before == null ? e : stale(before, e);
        } finally {
            turn.unlock();
        }
    }

    private SigningView read() {
        long attempt = attempts.incrementAndGet();
        Instant readAt = clock.instant();
        try {
            Keyring keyring = keyrings.get();
            if (!keyring.scope().equals(scope.name())) {
                throw new IllegalStateException("ScopesNeverMix: the signer of " + scope.name()
                        + " was given the keyring of " + keyring.scope());
            }
            SigningView fresh =
                    SigningView.of(readAt, policy.drain(), active(keyring).orElse(null), policy.type(), view);
            view = fresh;
            return fresh;
        } catch (KeymgrException e) {
            failure = new Failure(attempt, e);
            throw e;
        }
    }

    private Optional<SigningKey> active(Keyring keyring) {
        return policy.algorithms().stream()
                .flatMap(algorithm -> keyring.active(new KeyGroup(scope.name(), algorithm)).stream())
                .findFirst();
    }

    private KeymgrException stale(SigningView before, KeymgrException cause) {
        Duration drain = policy.drain();
        return new KeymgrException(
                ErrorCode.STALE,
                "the signer of scope " + scope.name() + " last saw its keyring at " + before.readAt()
                        + ", a drain of " + drain + " or more ago, and cannot read it now ("
                        + cause.code().id()
                        + "); nothing was signed; bring the store back",
                cause);
    }
}
