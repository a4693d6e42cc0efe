package dev.keymgr.daemon;

import dev.keymgr.audit.Alarm;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.events.Silence;
import dev.keymgr.daemon.metrics.Metrics;
import dev.keymgr.detection.OpenMisuses;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Lifecycle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a daemon does when it is woken. For many threads. */
final class Rounds implements Duties {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    /** When another process holds a scope, this is how soon to look again. */
    private static final Duration BUSY = Duration.ofSeconds(1);

    private final Resources resources;
    private final Map<ScopeName, ScopeConfig> scopes;
    private final Lifecycle lifecycle;
    private final Leadership leadership;
    private final Board board;
    private final Metrics metrics;
    private final Wakes wakes;
    private final Silence silence;
    private final OpenMisuses misuses;
    private final Runnable notifications;
    private final Set<ScopeName> strangers = ConcurrentHashMap.newKeySet();

    /** @param notifications delivers what is outstanding */
    Rounds(
            Resources resources,
            Lifecycle lifecycle,
            Leadership leadership,
            Board board,
            Metrics metrics,
            Wakes wakes,
            Silence silence,
            Runnable notifications) {
        this.resources = resources;
        this.scopes = resources.config().scopes();
        this.lifecycle = lifecycle;
        this.leadership = leadership;
        this.board = board;
        this.metrics = metrics;
        this.wakes = wakes;
        this.silence = silence;
        this.misuses = new OpenMisuses(resources.audit(), resources.inventory(), resources.detections());
        this.notifications = notifications;
    }

    @Override
    public void advance(ScopeName scope) {
        if (!isServed(scope) || !leadership.leads()) {
            return;
        }
        try {
            Advance advance = lifecycle.advance(scope);
            advance.done().forEach(d -> LOG.info("{}: {} ({})", scope, d.what(), d.reason()));
            advance.failures()
                    .forEach(f -> LOG.error(
                            "{}: {} [{}]", scope, f.says(), f.error().code().id()));
            board.failed(scope, advance.failures());
            metrics.advanced(advance);
            tell(scope, advance.failures());
            if (advance.next().nextLookAt().isAfter(advance.next().now())) {
                wakes.at(scope, advance.next().nextLookAt());
            }
        } catch (KeymgrException e) {
            if (e.code() == ErrorCode.SCOPE_BUSY) {
                wakes.at(scope, resources.clock().instant().plus(BUSY));
                return;
            }
            LOG.error(
                    "{}: nothing was done: {} [{}]",
                    scope,
                    e.getMessage(),
                    e.code().id());
            metrics.failed(scope, e);
            board.failed(scope, List.of(new Advance.Failure("look at the scope", e)));
        } catch (RuntimeException e) {
            LOG.error("{}: a fault of keymgr; the next look tries again", scope, e);
        }
        board.tried(scope);
    }

    /** A scope that is not in this configuration is left to the daemons that have it in theirs. */
    private boolean isServed(ScopeName scope) {
        boolean served = scopes.containsKey(scope);
        if (!served) {
            if (strangers.add(scope)) {
                LOG.info("woken for scope {}, which is not in the configuration here; its wakes are taken away", scope);
            }
            wakes.never(scope);
        }
        return served;
    }

    @Override
    public void examine(ScopeName scope) {
        if (!isServed(scope) || !leadership.leads()) {
            return;
        }
        if (!board.wasTried(scope)) {
            return; // what is due at the first look is no reason for an alarm before it
        }
        try {
            ScopeConfig config = Objects.requireNonNull(scopes.get(scope));
            Instant now = resources.clock().instant();
            Keyring keyring = resources.inventory().read(scope);
            List<Alarm> due = AlarmRules.due(
                    scope,
                    resources.findings(config, keyring, now),
                    lifecycle.lookAtProbes(scope),
                    board.failures(scope),
                    now);
            silence.due(config, now).ifPresent(due::add);
            due.addAll(AlarmRules.misuses(scope, misuses.of(scope), now));
            List<Alarm> open = resources.alarms().open().stream()
                    .filter(a -> a.scope().equals(scope))
                    .toList();
            AlarmRules.Change change = AlarmRules.change(open, due);
            resources.alarms().change(change.raised(), change.cleared(), resources.actor(), now);
            change.raised().forEach(a -> LOG.warn("alarm {}: {}: {}", scope, a.code(), a.message()));
            change.cleared().forEach(a -> LOG.info("alarm over {}: {}", scope, a.code()));
        } catch (KeymgrException e) {
            LOG.error(
                    "{}: not examined: {} [{}]", scope, e.getMessage(), e.code().id());
        } catch (RuntimeException e) {
            LOG.error("{}: a fault of keymgr; the next look tries again", scope, e);
        }
    }

    /** A token that was asked and did not fail has answered. */
    private void tell(ScopeName scope, List<Advance.Failure> failures) {
        Set<TokenLabel> down = failures.stream()
                .filter(f -> f.error() instanceof HsmException)
                .map(f -> ((HsmException) f.error()).token())
                .collect(Collectors.toSet());
        for (TokenLabel token :
                Objects.requireNonNull(scopes.get(scope)).policy().tokens()) {
            if (down.contains(token)) {
                metrics.tokenDown(scope, token);
            } else {
                metrics.tokenUp(scope, token);
            }
        }
    }

    @Override
    public void beat() {
        leadership.renew();
        wakes.restore();
    }

    @Override
    public void notifyReceivers() {
        if (!leadership.leads()) {
            return;
        }
        try {
            notifications.run();
        } catch (KeymgrException e) {
            LOG.error("notifications wait: {} [{}]", e.getMessage(), e.code().id());
        } catch (RuntimeException e) {
            LOG.error("a fault of keymgr; notifications wait", e);
        }
    }
}
