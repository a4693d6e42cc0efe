package dev.keymgr.daemon;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.Board.Seen;
import dev.keymgr.daemon.http.Documents;
import dev.keymgr.daemon.http.Kind;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final Inventory inventory;
    private final EmergencyOrders orders;
    private final Map<ScopeName, List<EmergencyOrder>> heeded = new HashMap<>();
    private final Clock clock;
    private final Map<ScopeName, ScopeConfig> scopes;
    private final Board board;
    private final Documents documents;
    private final Metrics metrics;

    Follower(
            Inventory inventory,
            EmergencyOrders orders,
            Clock clock,
            Map<ScopeName, ScopeConfig> scopes,
            Board board,
            Documents documents,
            Metrics metrics) {
        this.inventory = inventory;
        this.orders = orders;
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
            for (ScopeConfig scope : scopes.values()) {
                look(scope, generations.getOrDefault(scope.scope().name(), Generation.NONE));
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

    private void look(ScopeConfig scope, Generation stored) {
        ScopeName name = scope.scope().name();
        Instant now = clock.instant();
        Seen before = board.seen(name);
        boolean heeds = heed(name);
        if (!heeds && before != null && before.keyring().generation().equals(stored)) {
            if (Duration.between(before.at(), now).abs().compareTo(STALE) >= 0) {
                saw(scope, before.keyring(), now);
            }
            return;
        }
        Keyring keyring = inventory.read(name);
        // The sight first: the document's max-age asks it.
        saw(scope, keyring, now);
        documents.replace(name.value(), serve(scope, keyring));
        LOG.debug("scope {} is at generation {}", name, keyring.generation());
    }

    /** What an emergency on this machine left for the record stands above the record. Whether that has changed. */
    private boolean heed(ScopeName name) {
        try {
            List<EmergencyOrder> waiting = orders.of(name);
            return !waiting.equals(heeded.put(name, waiting)) && !(waiting.isEmpty() && board.seen(name) == null);
        } catch (KeymgrException e) {
            LOG.error("{}: {} [{}]", name, e.getMessage(), e.code().id());
            return false;
        }
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

    /** The document that stands in the record, but never a key in it that is revoked by now. */
    private List<ServedDocument> serve(ScopeConfig scope, Keyring stored) {
        ScopeName name = scope.scope().name();
        Keyring keyring = EmergencyOrder.imagined(stored, heeded.getOrDefault(name, List.of()));
        Optional<Publication> served = keyring.servedPublication();
        Optional<Publication> standing = served.flatMap(s -> EmergencyOrder.withdrawn(keyring, s.number()))
                .or(() -> served);
        if (standing.isEmpty()) {
            return List.of();
        }
        byte[] bytes = JwksRenderer.render(keyring, standing.get()).bytes();
        Duration most = standing.get().maxAge();
        byte[] discovery = Discovery.render(scope.scope(), scope.policy().algorithms());
        return List.of(
                new ServedDocument(Kind.JWKS, bytes, now -> maxAge(most, nextChangeAt(name), now)),
                new ServedDocument(Kind.DISCOVERY, discovery, now -> most));
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
        Duration least = most.dividedBy(SHORTEST_PART);
        Duration wanted = left.compareTo(least) < 0 ? least : left;
        return wanted.compareTo(most) < 0 ? wanted : most;
    }
}
