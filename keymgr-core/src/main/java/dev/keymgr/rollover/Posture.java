package dev.keymgr.rollover;

import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is wrong with a scope right now, as far as inventory, policy and clock can tell. Pure. */
public final class Posture {
    /** How soon someone must act. */
    public enum Severity {
        CRITICAL,
        WARNING
    }

    /**
     * Something wrong.
     *
     * @param code stable, for scripts
     * @param message what, and what to do
     */
    public record Finding(Severity severity, String code, String message) {}

    /** A hold that ends within this is named, so that nobody is surprised. */
    private static final Duration HOLD_NOTICE = Duration.ofDays(7);

    private final Keyring keyring;
    private final RolloverPolicy policy;
    private final Instant now;
    private final Timing timing;
    private final List<Finding> findings = new ArrayList<>();

    private Posture(Keyring keyring, RolloverPolicy policy, Instant now) {
        this.keyring = keyring;
        this.policy = policy;
        this.now = now;
        this.timing = new Timing(policy);
    }

    /** The gravest first; empty when all is well. */
    public static List<Finding> check(Keyring keyring, RolloverPolicy policy, Instant now) {
        Posture posture = new Posture(keyring, policy, now);
        posture.clock();
        for (SigningAlgorithm algorithm : policy.algorithms()) {
            posture.group(new KeyGroup(keyring.scope(), algorithm));
        }
        keyring.keys().forEach(posture::key);
        posture.documents();
        posture.overdue();
        posture.holds();
        keyring.revocations().forEach(posture::revocation);
        posture.findings.sort(Comparator.comparing(Finding::severity));
        return List.copyOf(posture.findings);
    }

    private void clock() {
        if (now.isBefore(keyring.changedAt().minus(policy.lifetime().skew()))) {
            critical(
                    "clock",
                    "the clock reads " + now + ", before the last change at " + keyring.changedAt()
                            + "; nothing is done until it is right");
        }
    }

    private void group(KeyGroup group) {
        Optional<SigningKey> active = keyring.active(group);
        if (active.isEmpty()) {
            critical("no-active", group + " has no active key: nothing can be signed");
        }
        List<SigningKey> standbys =
                keyring.in(group).filter(RolloverPlanner::isStandby).toList();
        if (standbys.isEmpty()) {
            critical(
                    "no-standby",
                    group + " has no standby: an emergency would stop issuing; run: keymgr apply " + keyring.scope());
            return;
        }
        Instant ready = standbys.stream()
                .map(k -> timing.readyAt(k).orElseThrow().result())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        if (ready.isAfter(now)) {
            warning("standby-not-ready", "the standby of " + group + " is ready at " + ready);
        }
        boolean apart = active.isEmpty()
                || standbys.stream()
                        .anyMatch(s -> !s.location()
                                .token()
                                .equals(active.get().location().token()));
        if (!apart && policy.tokens().size() > 1) {
            warning(
                    "standby-same-token",
                    "active key and standby of " + group + " lie in one token, "
                            + active.get().location().token() + "; " + wayApart());
        }
    }

    /** Keys do not go back to a token that fell with one, whatever becomes of it; under another label it is another token. */
    private String wayApart() {
        Set<TokenLabel> suspect = Succession.suspectTokens(keyring);
        suspect.retainAll(policy.tokens());
        // Where all are suspect none is better than the others, and keys take turns again.
        return policy.tokens().size() - suspect.size() != 1
                ? "the next rotation moves them apart"
                : "no new key is made in " + suspect
                        + ", where a key was revoked for more than its own sake; put a token"
                        + " with a new label in its place";
    }

    private void key(SigningKey key) {
        if (key.privateHalf() == PrivateHalf.LOST && !key.state().isFinal()) {
            critical(
                    "private-lost",
                    key.state() + " key " + key.kid().prefix()
                            + " is gone from its token and nobody here destroyed it; find out who did");
        }
        if (key.state() == KeyState.SUSPENDED) {
            critical(
                    "suspended",
                    "key " + key.kid().prefix() + " is suspended and counts as compromised from "
                            + timing.suspensionEnds(key).result() + " on; decide: keymgr resume or keymgr revoke");
        }
        if (key.state() == KeyState.ACTIVE) {
            early(key);
            Duration age = Duration.between(key.times().generatedAt(), now);
            if (age.compareTo(policy.ages().max()) >= 0) {
                critical(
                        "age",
                        "active key " + key.kid().prefix() + " is " + Durations.format(age)
                                + " old, past its limit of "
                                + Durations.format(policy.ages().max()));
            } else if (age.compareTo(policy.ages().warn()) >= 0) {
                warning(
                        "age",
                        "active key " + key.kid().prefix() + " is " + Durations.format(age) + " old, limit "
                                + Durations.format(policy.ages().max()));
            }
        }
    }

    private void early(SigningKey key) {
        timing.readyAt(key)
                .map(Derivation::result)
                .filter(ready -> timing.beganEarly(key) && ready.isAfter(now))
                .ifPresent(ready -> warning(
                        "signs-early",
                        "active key " + key.kid().prefix()
                                + " signs by --hard before every verifier can know it: those that do not ask again for an"
                                + " unknown kid refuse its tokens until " + ready));
    }

    private void documents() {
        Optional<Publication> served = keyring.servedPublication();
        if (served.isEmpty()) {
            critical("nothing-published", "no document of " + keyring.scope() + " was ever published");
        }
        served.ifPresent(s -> keyring.keys().stream()
                .filter(k -> k.state() == KeyState.COMPROMISED && s.lists(k.kid()))
                .forEach(k -> critical(
                        "revoked-still-published",
                        "revoked key " + k.kid().prefix() + " still stands in the document; run: keymgr apply "
                                + keyring.scope())));
        if (keyring.pendingPublication().isPresent()) {
            warning(
                    "publication-pending",
                    "a document was decided and is not in every sink; run: keymgr apply " + keyring.scope());
        }
    }

    /** What is due since the last change is due for a reason that has no instant (an edit of the policy), so never late. */
    private void overdue() {
        Instant tolerated = now.minus(policy.tick().allowance());
        new RolloverPlanner()
                .plan(keyring, policy, now).due().stream()
                        .filter(s -> s.earliest().isBefore(tolerated)
                                && !s.earliest().equals(keyring.changedAt()))
                        .forEach(s -> critical(
                                "overdue",
                                StepText.of(s.step()) + " is due since " + s.earliest() + "; run: keymgr apply "
                                        + keyring.scope()));
    }

    /** Warned of from the moment it is ordered, while there is time to give the scope a standby that survives it. */
    private void revocation(ScheduledRevocation ordered) {
        SigningKey key = keyring.require(ordered.kid());
        Instant at = ordered.at().isAfter(now) ? ordered.at() : now;
        Set<Kid> gone = Succession.burntBy(keyring, key.kid(), ordered.record().cause());
        if (key.state() == KeyState.ACTIVE
                && Succession.successor(keyring, policy, key.group(), gone, at).isEmpty()) {
            warning(
                    "revocation-without-standby",
                    "active key " + key.kid().prefix() + " is to be revoked at " + ordered.at()
                            + ", and no standby that survives it would be ready: " + key.group()
                            + " would sign nothing; take it back: keymgr revoke "
                            + key.kid().prefix() + " --cancel");
        }
    }

    private void holds() {
        keyring.holds().stream()
                .filter(h -> h.isInForce(now) && h.until().isBefore(now.plus(HOLD_NOTICE)))
                .map(Posture::text)
                .forEach(text -> warning("hold-ends", text));
    }

    private static String text(Hold hold) {
        return "the hold of " + hold.owner() + " on key " + hold.kid().prefix() + " ends at " + hold.until();
    }

    private void critical(String code, String message) {
        findings.add(new Finding(Severity.CRITICAL, code, message));
    }

    private void warning(String code, String message) {
        findings.add(new Finding(Severity.WARNING, code, message));
    }
}
