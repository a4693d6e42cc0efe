package dev.keymgr.testkit;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A scope whose keys go through everything that may happen to a key. Deterministic. */
public final class SampleLife {
    private final List<Keyring> generations = new ArrayList<>();
    private final ScopeName scope;
    private final int first;
    private Keyring now;

    private SampleLife(ScopeName scope, int first) {
        this.scope = scope;
        this.first = first;
        this.now = Keyring.empty(scope);
    }

    /**
     * Every generation of it in order, from generation 1.
     *
     * @param first number of its first key; it takes six
     */
    public static List<Keyring> of(ScopeName scope, int first) {
        return new SampleLife(scope, first).lived();
    }

    private List<Keyring> lived() {
        SigningKey one = made(0);
        published(one);
        step(now.observed(List.of(one.kid()), at()));
        step(now.activated(one.kid(), Duration.ofMinutes(15), at()));
        SigningKey two = made(1);
        published(one, two);
        step(now.observed(List.of(two.kid()), at()));
        step(now.activated(two.kid(), Duration.ofMinutes(15), at()));
        step(now.holding(new Hold(one.kid(), "auditor", "case 7", at().plusSeconds(60)), at()));
        step(now.destroying(one.kid(), at()));
        step(now.privateDestroyed(one.kid(), at()));
        step(now.extendingTokenLifetime(two.kid(), Duration.ofNanos(3_600_000_000_001L), at()));
        step(now.releasing(one.kid(), at()));
        published(two);
        SigningKey lost = made(2);
        step(now.privateLost(lost.kid(), at()));
        SigningKey givenUp = made(3);
        published(two, givenUp);
        published(two);
        GenerationIntent never = new GenerationIntent(
                new KeyGroup(scope, SigningAlgorithm.ES256), SampleKeys.location(scope.value(), first + 4), at());
        step(now.intending(never, at()));
        step(now.abandoning(never, at()));
        Compromise record = new Compromise("end of a contract", Compromise.Cause.KEY, at());
        step(now.scheduling(new ScheduledRevocation(one.kid(), at().plusSeconds(7), record), at()));
        step(now.scheduling(new ScheduledRevocation(two.kid(), at().plusNanos(1), record), at()));
        step(now.scheduling(new ScheduledRevocation(one.kid(), at().plusSeconds(8), record), at()));
        step(now.unscheduling(one.kid(), at()));
        step(now.suspended(two.kid(), at()));
        step(now.withdrawing(two.kid(), at()));
        SigningKey five = made(5);
        published(five);
        step(now.compromised(
                List.of(two.kid()), new Compromise("seen abroad", Compromise.Cause.HOST, SampleKeys.START), at()));
        return generations;
    }

    private SigningKey made(int offset) {
        SigningKey key = SampleKeys.generated(scope, first + offset);
        step(now.intending(new GenerationIntent(key.group(), key.location(), at()), at()));
        step(now.generated(key, at()));
        return key;
    }

    private void published(SigningKey... keys) {
        Map<Kid, Publication.Listing> listings = new HashMap<>();
        for (SigningKey key : keys) {
            listings.put(key.kid(), SampleKeys.listing(now.require(key.kid())));
        }
        step(now.intending(listings, Duration.ofMinutes(5), SampleKeys.CACHE_BOUND, at()));
        step(now.served(at(), SampleKeys.CACHE_BOUND, SampleKeys.PROPAGATION, SampleKeys.SKEW));
    }

    /** Five minutes and a nanosecond apart, so that documents fall out of every cache on the way. */
    private Instant at() {
        return SampleKeys.START.plus(Duration.ofMinutes(5).plusNanos(1).multipliedBy(generations.size()));
    }

    private void step(Keyring next) {
        now = next;
        generations.add(next);
    }
}
