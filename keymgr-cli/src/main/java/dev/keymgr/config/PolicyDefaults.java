package dev.keymgr.config;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.rollover.RolloverPolicy.Lifetime;
import dev.keymgr.rollover.RolloverPolicy.Tenancy;
import dev.keymgr.rollover.RolloverPolicy.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a policy says where its file is silent. The limits on age follow from the other values, so that changing the
 * rotation alone gives a policy that fits together.
 */
final class PolicyDefaults {
    static final List<SigningAlgorithm> ALGORITHMS = List.of(SigningAlgorithm.ES256);
    static final Duration ROTATION = Duration.ofDays(14);

    /** One hour is what a verifier of unknown make is allowed to keep a document. */
    static final Caching CACHE = Caching.of(Duration.ofMinutes(5), Map.of("unregistered", Duration.ofHours(1)));

    static final Duration PROPAGATION = Duration.ofMinutes(5);
    static final Lifetime LIFETIME = new Lifetime(Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofMinutes(1));
    static final Duration DRAIN = Duration.ofMinutes(2);
    static final Tick TICK = new Tick(Duration.ofMinutes(5), 2);
    static final Duration SUSPENSION = Duration.ofHours(1);
    static final int STANDBYS = 1;
    static final Tenancy TENANCY = Tenancy.SHARED;
    static final boolean X5C = false;

    private static final Duration GRACE_MAX = Duration.ofDays(1);

    /** Ages.max leaves one part in this many of a rotation to spare: a day of a fortnight. */
    private static final int SLACK_PARTS = 14;

    /** For a draft, whose ages nobody reads. */
    static final Ages UNDECIDED = new Ages(
            RolloverPolicy.DURATION_MIN, RolloverPolicy.DURATION_MIN, Duration.ZERO, RolloverPolicy.DURATION_MIN);

    private PolicyDefaults() {}

    /** The policy of a scope that sets nothing. */
    static RolloverPolicy policy(List<TokenLabel> tokens) {
        RolloverPolicy draft = new RolloverPolicy(
                tokens,
                ALGORITHMS,
                ROTATION,
                CACHE,
                PROPAGATION,
                LIFETIME,
                DRAIN,
                TICK,
                UNDECIDED,
                SUSPENSION,
                STANDBYS,
                TENANCY,
                X5C,
                List.of());
        return draft.withAges(ages(draft));
    }

    static Ages ages(RolloverPolicy draft) {
        Duration max = maxAge(draft);
        return new Ages(warnAge(draft, max), max, grace(draft), trustAge(draft, max, grace(draft)));
    }

    /** 2 R, one as standby and one signing, and slack: R/14, or 4 (m+1)τ where ticks are coarse, but no more than R. */
    static Duration maxAge(RolloverPolicy draft) {
        Duration rotation = draft.rotation();
        Duration ticks = least(draft.tick().allowance().multipliedBy(4), rotation);
        return bounded(rotation.multipliedBy(2).plus(greatest(rotation.dividedBy(SLACK_PARTS), ticks)));
    }

    /** Halfway into the slack, and no later than 2 (m+1)τ before the maximum. */
    static Duration warnAge(RolloverPolicy draft, Duration max) {
        Duration slack = max.minus(draft.rotation().multipliedBy(2));
        return bounded(max.minus(greatest(draft.tick().allowance().multipliedBy(2), slack.dividedBy(2))));
    }

    /** The maximum, its grace, and what follows: I_ret until removal, P + C* until the last cache forgets. */
    static Duration trustAge(RolloverPolicy draft, Duration max, Duration grace) {
        return bounded(max.plus(grace)
                .plus(draft.retireInterval())
                .plus(draft.propagation())
                .plus(draft.cache().bound()));
    }

    static Duration grace(RolloverPolicy draft) {
        return least(GRACE_MAX, draft.rotation());
    }

    /** A derived value out of bounds follows from a written one, which the lint then names. */
    private static Duration bounded(Duration derived) {
        return least(greatest(derived, RolloverPolicy.DURATION_MIN), RolloverPolicy.DURATION_MAX);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration greatest(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
