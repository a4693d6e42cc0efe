package dev.keymgr.token.remote;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.token.TrustedKeys;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a source has of its issuer, and how it gets more when somebody calls {@link #refreshDue}. For many threads: what is
 * held is one volatile field, and one thread at a time fetches.
 */
final class RemoteDocuments implements TrustedKeys {
    private final KeySetForm form;
    private final @Nullable RevocationsForm revocationsForm;
    private final RefetchBudget budget;
    private final Clock clock;
    private final String address;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile Held held = Held.NOTHING;
    private volatile boolean heldOnce;
    private volatile Trouble trouble = Trouble.NONE;

    /** What is gone by, or null where there is none. */
    record Held(KeySetForm.@Nullable Keys keys, RevocationsForm.@Nullable Revocations revocations) {
        static final Held NOTHING = new Held(null, null);
    }

    /** Failures in a row of each document by itself: that the one is heard says nothing of the other. */
    private record Trouble(
            int keys,
            int revocations,
            @Nullable String error,
            @Nullable Instant at) {
        static final Trouble NONE = new Trouble(0, 0, null, null);

        Trouble keysTaken() {
            return new Trouble(0, revocations, error, at);
        }

        Trouble revocationsTaken() {
            return new Trouble(keys, 0, error, at);
        }

        Trouble keysFailed(KeymgrException e, Instant now) {
            return new Trouble(keys + 1, revocations, e.getMessage(), now);
        }

        Trouble revocationsFailed(KeymgrException e, Instant now) {
            return new Trouble(keys, revocations + 1, e.getMessage(), now);
        }
    }

    /** @param revocationsForm null where nothing is signed */
    RemoteDocuments(
            String address,
            KeySetForm form,
            @Nullable RevocationsForm revocationsForm,
            RefetchBudget budget,
            Clock clock) {
        this.address = address;
        this.form = form;
        this.revocationsForm = revocationsForm;
        this.budget = budget;
        this.clock = clock;
    }

    @Override
    public JwkSet own() {
        return requireTrusted().set();
    }

    @Override
    public Set<Kid> revoked() {
        requireTrusted();
        RevocationsForm.Revocations list = held.revocations();
        return list == null ? Set.of() : list.list().revoked();
    }

    @Override
    public Map<Kid, Instant> suspended() {
        requireTrusted();
        RevocationsForm.Revocations list = held.revocations();
        return list == null ? Map.of() : list.list().suspended();
    }

    @Override
    public Map<ScopeName, JwkSet> others() {
        return Map.of();
    }

    @Override
    public Optional<Freshness> freshness() {
        return Optional.ofNullable(held.keys()).map(keys -> new Freshness(keys.sequence(), keys.confirmedAt()));
    }

    /** While somebody else fetches, nobody waits: a token under a key that is just being learnt is refused this once. */
    @Override
    public JwkSet ownAfterUnknown(Kid kid) {
        if (turn.tryLock()) {
            try {
                Instant now = clock.instant();
                if (budget.take(now, form.document().lookedAt())) {
                    refreshRevocations(now);
                    refreshKeys(now);
                }
            } finally {
                turn.unlock();
            }
        }
        return own();
    }

    /** The keys, if they and the list of revocations may be gone by now. */
    private KeySetForm.Keys requireTrusted() {
        if (!heldOnce) {
            awaitFirst();
        }
        Instant now = clock.instant();
        Held seen = held;
        KeySetForm.Keys keys = seen.keys();
        if (keys == null) {
            throw stale("no key set of " + address + " was taken");
        }
        Instant end = end(seen);
        if (end == null) {
            throw stale("no list of revocations of " + address + " was taken");
        }
        if (!now.isBefore(end)) {
            throw stale("what " + address + " last published is over since " + end);
        }
        return keys;
    }

    /** When the first of the documents is over; null when one is missing. */
    private @Nullable Instant end(Held seen) {
        KeySetForm.Keys keys = seen.keys();
        RevocationsForm.Revocations list = seen.revocations();
        if (keys == null || (revocationsForm != null && list == null)) {
            return null;
        }
        Instant end = keys.until();
        return list != null && list.list().expiresAt().isBefore(end)
                ? list.list().expiresAt()
                : end;
    }

    /** There is nothing to go by yet: waits for the one who fetches, or fetches, as often as retries are due. */
    private void awaitFirst() {
        turn.lock();
        try {
            if (!heldOnce) {
                refreshAllDue(clock.instant());
            }
        } finally {
            turn.unlock();
        }
    }

    /**
     * Fetches what is due.
     *
     * @return when something will be due again
     */
    Instant refreshDue() {
        turn.lock();
        try {
            return refreshAllDue(clock.instant());
        } finally {
            turn.unlock();
        }
    }

    /** Revocations first: what they end, the keys fetched after them must not bring back. */
    private Instant refreshAllDue(Instant now) {
        RevocationsForm list = revocationsForm;
        if (list != null && list.document().isDue(now)) {
            refreshRevocations(now);
        }
        if (form.document().isDue(now)) {
            refreshKeys(now);
        }
        Instant next = form.document().nextLook(now);
        Instant nextList = list == null ? next : list.document().nextLook(now);
        return nextList.isBefore(next) ? nextList : next;
    }

    private void refreshKeys(Instant now) {
        try {
            hold(new Held(form.refresh(held.keys(), now), held.revocations()));
            trouble = trouble.keysTaken();
        } catch (KeymgrException e) {
            trouble = trouble.keysFailed(e, now);
        }
    }

    private void refreshRevocations(Instant now) {
        RevocationsForm list = revocationsForm;
        if (list == null) {
            return;
        }
        try {
            RevocationsForm.Revocations before = held.revocations();
            RevocationsForm.Revocations fresh = list.refresh(before, now);
            boolean isNewer =
                    before == null || fresh.list().sequence() > before.list().sequence();
            boolean fewerAuthorities = form.trustOnly(list.authorities());
            // 1. Its word first: from here no key that it names is trusted.
            hold(new Held(held.keys(), fresh));
            trouble = trouble.revocationsTaken();
            // 2. An authority that it ends has vouched for nothing any more, this list and the set that is held
            // included. The set falls once another was asked for, so that genuine tokens find keys in between.
            if (fewerAuthorities) {
                KeySetForm.Keys standing = form.stillTrusted(held.keys(), now);
                hold(new Held(standing == null ? fetchedOrNothing(now) : standing, list.stillTrusted(fresh, now)));
            }
            // 3. Signed together: a newer list has a newer set beside it.
            KeySetForm.Keys keys = held.keys();
            if (isNewer && (keys == null || !keys.isOf(fresh.list().sequence()))) {
                form.document().makeDue();
            }
        } catch (KeymgrException e) {
            trouble = trouble.revocationsFailed(e, now);
        }
    }

    private KeySetForm.@Nullable Keys fetchedOrNothing(Instant now) {
        try {
            KeySetForm.Keys fetched = form.refresh(null, now);
            trouble = trouble.keysTaken();
            return fetched;
        } catch (KeymgrException e) {
            trouble = trouble.keysFailed(e, now);
            return null;
        }
    }

    private void hold(Held next) {
        held = next;
        if (end(next) != null) {
            heldOnce = true;
        }
    }

    private KeymgrException stale(String what) {
        Trouble last = trouble;
        return new KeymgrException(
                ErrorCode.STALE,
                what + (last.error() == null ? "" : " (" + last.error() + ")")
                        + "; no token can be judged until it can be fetched");
    }

    SourceStatus status() {
        Held seen = held;
        KeySetForm.Keys keys = seen.keys();
        RevocationsForm.Revocations list = seen.revocations();
        Trouble last = trouble;
        PinnedAuthorities pinned = revocationsForm == null ? null : revocationsForm.authorities();
        return new SourceStatus(
                keys == null ? null : keys.sequence(),
                keys == null ? null : keys.signedAt(),
                end(seen),
                keys == null ? null : keys.confirmedAt(),
                list == null ? null : list.confirmedAt(),
                keys == null ? new TreeSet<>() : keys.set().kids(),
                pinned == null ? new TreeSet<>() : new TreeSet<>(pinned.kids()),
                Math.max(last.keys(), last.revocations()),
                last.error(),
                last.at());
    }
}
