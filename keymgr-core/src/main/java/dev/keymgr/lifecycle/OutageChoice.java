package dev.keymgr.lifecycle;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Succession;
import dev.keymgr.rollover.Succession.HandOver;
import dev.keymgr.rollover.Succession.Successors;
import dev.keymgr.rollover.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;

/** Who signs once a signing key was taken away; and what somebody is asked, or has chosen, where no other is ready. */
final class OutageChoice {
    private OutageChoice() {}

    /**
     * Lets the successors of the groups that lost their active key sign, in the same change.
     *
     * @param after the keyring as the order would leave it
     * @param remarks takes up what was chosen
     * @throws KeymgrException CHECK_FAILED when a group has no ready standby and nothing was chosen
     */
    static Keyring handOver(
            RolloverPolicy policy,
            Keyring before,
            Keyring after,
            Instant now,
            Issuance issuance,
            Map<String, String> remarks) {
        HandOver ready = Succession.handOver(before, after, policy, now);
        if (ready.without().isEmpty()) {
            return ready.keyring();
        }
        return switch (issuance) {
            case MUST_GO_ON ->
                throw missing(policy, before, after, ready.without().get(0), now);
            case MAY_STOP -> {
                remarks.put("issuance", "held");
                yield ready.keyring();
            }
            case FRESH_KEY -> {
                remarks.put("issuance", "hard");
                Keyring early = Succession.handOver(before, after, policy, now, Successors.ANY_PUBLISHED)
                        .keyring();
                Timing timing = new Timing(policy);
                early.changedSince(before).stream()
                        .filter(k -> k.state() == KeyState.ACTIVE && timing.beganEarly(k))
                        .map(k -> timing.readyAt(k).orElseThrow().result())
                        .max(Comparator.naturalOrder())
                        .ifPresent(readyAt -> remarks.put("ready-at", readyAt.toString()));
                yield early;
            }
        };
    }

    /**
     * There is no default: only somebody who knows the relying parties can say which outage is the lesser.
     *
     * @param after the keyring as the order would leave it
     * @param group that nobody would sign for
     */
    private static KeymgrException missing(
            RolloverPolicy policy, Keyring before, Keyring after, KeyGroup group, Instant now) {
        String outage = Durations.format(roundedUp(Succession.outage(after, policy, group, Set.of(), now)));
        boolean revoked = after.changedSince(before).stream().anyMatch(k -> k.state() == KeyState.COMPROMISED);
        return new KeymgrException(
                ErrorCode.CHECK_FAILED,
                "no standby of " + group + " is ready to take over" + fallen(policy, before, after, group, now)
                        + "; nothing was changed; choose an outage: "
                        + (revoked
                                ? "--hard: a fresh key signs at once, and verifiers that do not ask again for an unknown kid"
                                        + " refuse its tokens for up to " + outage + "; or "
                                : "")
                        + "--hold-issuance: nothing is signed for about " + outage);
    }

    /** A standby that is ready, and would be revoked with its token. */
    private static String fallen(RolloverPolicy policy, Keyring before, Keyring after, KeyGroup group, Instant now) {
        Timing timing = new Timing(policy);
        return before.in(group)
                .filter(k -> k.state() == KeyState.PUBLISHED && k.canSign())
                .filter(k -> after.require(k.kid()).state() == KeyState.COMPROMISED)
                .filter(k ->
                        timing.readyAt(k).filter(r -> !r.result().isAfter(now)).isPresent())
                .map(k -> ": " + k.kid().prefix() + " is, and falls with its token "
                        + k.location().token() + "; where one key alone is lost, --cause key spares it")
                .findFirst()
                .orElse("");
    }

    private static Duration roundedUp(Duration duration) {
        Duration seconds = duration.truncatedTo(ChronoUnit.SECONDS);
        return seconds.equals(duration) ? duration : seconds.plusSeconds(1);
    }
}
