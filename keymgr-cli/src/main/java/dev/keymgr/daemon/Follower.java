package dev.keymgr.daemon;

import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.Board.Seen;
import dev.keymgr.daemon.http.Documents;
import dev.keymgr.daemon.http.Kind;
import dev.keymgr.daemon.http.MaxAge;
import dev.keymgr.daemon.http.ServedDocument;
import dev.keymgr.daemon.metrics.Metrics;
import dev.keymgr.daemon.metrics.Probing;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.Step;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is served, and what is known, up with the inventory, whoever changed it: so that all daemons serve the same
 * bytes. The bytes come from the committed record alone. One thread calls {@link #look}.
 */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** Findings that only time brings are looked for this often. */
    private static final Duration STALE = Duration.ofSeconds(1);

    /** A document about to change is kept no shorter than this part of its max-age. */
    private static final int SHORTEST_PART = 10;

    /** With a second for the revocation itself, whoever asks that often knows within five. */
    private static final Duration REVOCATIONS_MAX_AGE = Duration.ofSeconds(3);

    /** Some libraries take a max-age of 0 as none, and keep the document for an hour. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Inventory inventory;
    private final AuthorityRecords authorities;
    private final Map<ScopeName, SignedDocuments> signed = new HashMap<>();
    private final Heeded heeded;
    private final Set<ScopeName> unserved = new HashSet<>();
    private final Clock clock;
    private final Map<ScopeName, ScopeConfig> scopes;
    private final Board board;
    private final Documents documents;
    private final Metrics metrics;

    Follower(
            Inventory inventory,
            AuthorityRecords authorities,
            EmergencyOrders orders,
            Clock clock,
            Map<ScopeName, ScopeConfig> scopes,
            Board board,
            Documents documents,
            Metrics metrics) {
        this.inventory = inventory;
        this.authorities = authorities;
        this.heeded = new Heeded(orders);
        this.clock = clock;
        this.scopes = Map.copyOf(scopes);
        this.board = board;
        this.documents = documents;
        this.metrics = metrics;
    }

    /** Cheap while nothing changes. Never throws; while the store is down everything stays as it was. */
    void look() {
        try {
            Map<ScopeName, Generation> generations = inventory.generations();
            Map<ScopeName, Long> sequences = authorities.sequences();
            for (ScopeConfig scope : scopes.values()) {
                ScopeName name = scope.scope().name();
                look(scope, generations.getOrDefault(name, Generation.NONE), sequences.getOrDefault(name, 0L));
            }
            if (board.storeTrouble() != null) {
                LOG.info("the store can be read");
            }
            board.storeIsUp();
        } catch (KeymgrException e) {
            if (board.storeTrouble() == null) {
                LOG.error(
                        "the documents served stand, but the store cannot be read: {} [{}]",
                        e.getMessage(),
                        e.code().id());
            }
            heedWithoutStore();
            metrics.failed(null, e);
            board.storeIsDown(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a look at the store failed; the documents served stand", e);
            board.storeIsDown("a look at the store failed: " + e);
        }
    }

    private void look(ScopeConfig scope, Generation stored, long sequence) {
        ScopeName name = scope.scope().name();
        Instant now = clock.instant();
        Seen before = board.seen(name);
        if (before == null && startsBlind(name)) {
            return;
        }
        boolean heeds = heed(name);
        SignedDocuments held = signed.get(name);
        boolean sameDocuments = (held == null ? 0 : held.sequence()) == sequence;
        if (!heeds && before != null && before.keyring().generation().equals(stored) && sameDocuments) {
            if (Duration.between(before.at(), now).abs().compareTo(STALE) >= 0) {
                saw(scope, before.keyring(), now);
            }
            return;
        }
        Keyring keyring = inventory.read(name);
        // The sight first: the document's max-age asks it.
        saw(scope, keyring, now);
        authorities.documents(name).ifPresent(documents -> signed.put(name, documents));
        documents.replace(name.value(), serve(scope, keyring));
        LOG.debug("scope {} is at generation {}", name, keyring.generation());
    }

    private boolean heed(ScopeName name) {
        try {
            return heeded.look(name);
        } catch (KeymgrException e) {
            LOG.error("{}: {} [{}]", name, e.getMessage(), e.code().id());
            return false;
        }
    }

    /** What was served before stands; but at the start nobody knows which key of the record such an order may revoke. */
    private boolean startsBlind(ScopeName name) {
        Optional<KeymgrException> unreadable = heeded.unreadable(name);
        if (unreadable.isEmpty()) {
            unserved.remove(name);
        } else if (unserved.add(name)) {
            LOG.error("{}: nothing is served: {}", name, unreadable.get().getMessage());
        }
        return unreadable.isPresent();
    }

    private void heedWithoutStore() {
        for (ScopeConfig scope : scopes.values()) {
            ScopeName name = scope.scope().name();
            Seen before = board.seen(name);
            if (before != null && heed(name)) {
                documents.replace(name.value(), serve(scope, before.keyring()));
            }
        }
    }

    private void saw(ScopeConfig scope, Keyring keyring, Instant now) {
        board.saw(keyring.scope(), sight(scope, keyring, now));
        metrics.looked(keyring, scope.policy(), scope.probes().isEmpty() ? Probing.UNPROBED : Probing.PROBED);
    }

    private static Seen sight(ScopeConfig scope, Keyring keyring, Instant now) {
        RolloverPlan plan = new RolloverPlanner().plan(keyring, scope.policy(), now);
        Instant next = Stream.concat(plan.due().stream(), plan.upcoming().stream())
                .filter(s -> s.step() instanceof Step.Publish)
                .map(PlannedStep::earliest)
                .min(Instant::compareTo)
                .orElse(null);
        return new Seen(keyring, Posture.check(keyring, scope.policy(), now), next, now);
    }

    /** The documents that stand in the record, but never a key in them that is revoked by now. */
    private List<ServedDocument> serve(ScopeConfig scope, Keyring stored) {
        ScopeName name = scope.scope().name();
        Keyring keyring = EmergencyOrder.imagined(stored, heeded.of(name));
        Optional<Publication> served = keyring.servedPublication();
        Optional<Publication> standing = served.flatMap(s -> EmergencyOrder.withdrawn(keyring, s.number()))
                .or(() -> served);
        if (standing.isEmpty()) {
            return List.of();
        }
        byte[] bytes = JwksRenderer.render(keyring, standing.get()).bytes();
        Duration most = standing.get().maxAge();
        byte[] discovery = Discovery.render(scope.scope(), scope.policy().algorithms());
        List<ServedDocument> all = new ArrayList<>();
        all.add(new ServedDocument(Kind.JWKS, bytes, now -> maxAge(most, nextChangeAt(name), now)));
        all.add(new ServedDocument(Kind.DISCOVERY, discovery, now -> most));
        lastSigned(name).ifPresent(documents -> {
            all.add(signed(
                    Kind.SIGNED_JWKS, documents.keys(), now -> maxAge(most, nextChangeAt(name), now), documents));
            all.add(signed(Kind.HISTORY, documents.history(), now -> most, documents));
            all.add(signed(Kind.REVOCATIONS, documents.revocations(), now -> REVOCATIONS_MAX_AGE, documents));
        });
        return all;
    }

    /** Those that an order brought are ahead of the record. */
    private Optional<SignedDocuments> lastSigned(ScopeName name) {
        Optional<SignedDocuments> stored = Optional.ofNullable(signed.get(name));
        return EmergencyOrder.signed(heeded.of(name))
                .filter(ordered ->
                        stored.filter(s -> s.sequence() >= ordered.sequence()).isEmpty())
                .or(() -> stored);
    }

    /** No cache may keep it beyond its own end. */
    private static ServedDocument signed(Kind kind, String jwt, MaxAge wanted, SignedDocuments documents) {
        return new ServedDocument(kind, jwt.getBytes(StandardCharsets.US_ASCII), now -> {
            Duration left = Duration.between(now, documents.expiresAt());
            Duration asked = wanted.at(now);
            return left.compareTo(asked) < 0 ? left : asked;
        });
    }

    private @Nullable Instant nextChangeAt(ScopeName name) {
        Seen now = board.seen(name);
        return now == null ? null : now.nextChangeAt();
    }

    /** Shrinks as the next planned document comes near, so that few caches hold this one when it does. */
    static Duration maxAge(Duration most, @Nullable Instant nextChangeAt, Instant now) {
        if (nextChangeAt == null) {
            return most;
        }
        Duration left = Duration.between(now, nextChangeAt);
        Duration part = most.dividedBy(SHORTEST_PART);
        Duration least = part.compareTo(SHORTEST) < 0 ? SHORTEST : part;
        Duration wanted = left.compareTo(least) < 0 ? least : left;
        return wanted.compareTo(most) < 0 ? wanted : most;
    }
}
