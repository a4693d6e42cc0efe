package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The events of a change, read off the two keyrings. No caller can forget one: whatever differs is named, and a change of
 * nothing gives none.
 */
final class AuditTrail {
    private final Keyring before;
    private final Keyring after;
    private final Instant at;
    private final String actor;
    private final Map<String, String> remarks;
    private final List<AuditEvent> events = new ArrayList<>();

    private AuditTrail(Keyring before, Keyring after, String actor, Map<String, String> remarks) {
        this.before = before;
        this.after = after;
        this.at = after.changedAt();
        this.actor = actor;
        this.remarks = remarks;
    }

    /**
     * What happened between two generations.
     *
     * @param remarks added to every event: reason, finding, approvals
     */
    static List<AuditEvent> between(Keyring before, Keyring after, String actor, Map<String, String> remarks) {
        AuditTrail trail = new AuditTrail(before, after, actor, remarks);
        trail.intents();
        after.changedSince(before).forEach(k -> trail.key(before.find(k.kid()).orElse(null), k));
        trail.publications();
        trail.holds();
        trail.revocations();
        return trail.events;
    }

    private void intents() {
        for (GenerationIntent intent : after.intents()) {
            if (!before.intents().contains(intent)) {
                add(AuditAction.GENERATION_INTENDED, null, place(intent));
            }
        }
        for (GenerationIntent intent : before.intents()) {
            boolean fulfilled = after.keys().stream().anyMatch(k -> k.location().equals(intent.location()));
            if (!after.intents().contains(intent) && !fulfilled) {
                add(AuditAction.GENERATION_ABANDONED, null, place(intent));
            }
        }
    }

    private static Map<String, String> place(GenerationIntent intent) {
        return Map.of(
                "algorithm", intent.group().algorithm().name(),
                "token", intent.location().token().value(),
                "cka-id", intent.location().id().hex());
    }

    private void key(@Nullable SigningKey old, SigningKey now) {
        if (old == null) {
            add(
                    AuditAction.KEY_GENERATED,
                    now.kid(),
                    Map.of(
                            "algorithm", now.algorithm().name(),
                            "token", now.location().token().value(),
                            "cka-id", now.location().id().hex()));
            return;
        }
        if (old.privateHalf() != now.privateHalf()) {
            add(
                    actionOf(now.privateHalf()),
                    now.kid(),
                    Map.of("token", now.location().token().value()));
        }
        if (old.state() != now.state()) {
            Map<String, String> details = new TreeMap<>(
                    Map.of("from", old.state().name(), "to", now.state().name()));
            if (now.compromise() != null) {
                details.put("reason", now.compromise().reason());
                details.put("cause", now.compromise().cause().name());
                // Not where nobody has said: the instant of a revocation is no word on when the key was lost.
                if (now.compromise().invalidFrom().isBefore(now.times().require(Moment.COMPROMISED))) {
                    details.put("invalid-from", now.compromise().invalidFrom().toString());
                }
            }
            add(actionOf(old.state(), now.state()), now.kid(), details);
        }
        appeared(old, now, Moment.OBSERVED, AuditAction.KEY_OBSERVED);
        appeared(old, now, Moment.WITHDRAWN, AuditAction.KEY_WITHDRAWN);
        if (old.state() == now.state()) {
            widened(old.compromise(), now);
            appeared(old, now, Moment.REMOVED, AuditAction.KEY_REMOVED);
            if (old.tokenLifetime().compareTo(now.tokenLifetime()) < 0) {
                add(
                        AuditAction.TOKEN_LIFETIME_EXTENDED,
                        now.kid(),
                        Map.of(
                                "from",
                                old.tokenLifetime().toString(),
                                "to",
                                now.tokenLifetime().toString()));
            }
        }
    }

    private void widened(@Nullable Compromise old, SigningKey now) {
        Compromise compromise = now.compromise();
        if (old != null && compromise != null && old.cause() != compromise.cause()) {
            add(
                    AuditAction.KEY_CAUSE_WIDENED,
                    now.kid(),
                    Map.of("from", old.cause().name(), "to", compromise.cause().name()));
        }
    }

    private void appeared(SigningKey old, SigningKey now, Moment moment, AuditAction action) {
        Optional<Instant> seen = now.times().find(moment);
        if (seen.isPresent() && !seen.equals(old.times().find(moment))) {
            add(action, now.kid(), Map.of());
        }
    }

    private static AuditAction actionOf(KeyState from, KeyState to) {
        return switch (to) {
            case GENERATED -> AuditAction.KEY_GENERATED;
            case PUBLISHED -> AuditAction.KEY_PUBLISHED;
            case ACTIVE -> from == KeyState.SUSPENDED ? AuditAction.KEY_RESUMED : AuditAction.KEY_ACTIVATED;
            case SUSPENDED -> AuditAction.KEY_SUSPENDED;
            case RETIRED -> AuditAction.KEY_RETIRED;
            case REMOVED -> AuditAction.KEY_REMOVED;
            case COMPROMISED -> AuditAction.KEY_REVOKED;
            case DESTROYED -> AuditAction.KEY_GIVEN_UP;
        };
    }

    private static AuditAction actionOf(PrivateHalf half) {
        return switch (half) {
            case PRESENT -> AuditAction.PRIVATE_FOUND;
            case DESTROYING -> AuditAction.DESTRUCTION_INTENDED;
            case DESTROYED -> AuditAction.PRIVATE_DESTROYED;
            case LOST -> AuditAction.PRIVATE_LOST;
        };
    }

    private void publications() {
        Optional<Publication> pending = after.pendingPublication();
        if (pending.isPresent() && !pending.equals(before.pendingPublication())) {
            add(AuditAction.PUBLICATION_INTENDED, null, document(pending.get()));
        }
        Optional<Publication> served = after.servedPublication();
        if (served.isPresent()
                && !served.map(Publication::number)
                        .equals(before.servedPublication().map(Publication::number))) {
            add(AuditAction.PUBLICATION_SERVED, null, document(served.get()));
        }
    }

    private static Map<String, String> document(Publication publication) {
        return Map.of(
                "number", publication.number().toString(),
                "max-age", Long.toString(publication.maxAge().toSeconds()),
                "kids", publication.kids().stream().map(Kid::value).collect(Collectors.joining(" ")));
    }

    private void holds() {
        for (Hold hold : after.holds()) {
            if (!before.holds().contains(hold)) {
                add(
                        AuditAction.HOLD_SET,
                        hold.kid(),
                        Map.of(
                                "owner",
                                hold.owner(),
                                "reason",
                                hold.reason(),
                                "until",
                                hold.until().toString()));
            }
        }
        for (Hold hold : before.holds()) {
            if (after.holds().stream().noneMatch(h -> h.kid().equals(hold.kid()))) {
                add(AuditAction.HOLD_RELEASED, hold.kid(), Map.of("owner", hold.owner()));
            }
        }
    }

    /** One that has come about, or was overtaken by another revocation, is told by {@code key.revoked}. */
    private void revocations() {
        for (ScheduledRevocation ordered : after.revocations()) {
            if (!before.revocations().contains(ordered)) {
                add(
                        AuditAction.REVOCATION_SCHEDULED,
                        ordered.kid(),
                        Map.of(
                                "at", ordered.at().toString(),
                                "reason", ordered.record().reason(),
                                "cause", ordered.record().cause().name(),
                                "invalid-from", ordered.record().invalidFrom().toString()));
            }
        }
        for (ScheduledRevocation ordered : before.revocations()) {
            if (after.revocationOf(ordered.kid()).isEmpty()
                    && after.require(ordered.kid()).state() != KeyState.COMPROMISED) {
                add(
                        AuditAction.REVOCATION_CANCELLED,
                        ordered.kid(),
                        Map.of("at", ordered.at().toString()));
            }
        }
    }

    private void add(AuditAction action, @Nullable Kid kid, Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(remarks);
        all.putAll(details);
        events.add(AuditEvent.of(at, actor, action, after.scope(), kid, all));
    }
}
