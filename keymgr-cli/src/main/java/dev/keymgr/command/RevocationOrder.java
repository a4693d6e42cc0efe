package dev.keymgr.command;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Succession;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The part of {@code revoke} that orders a revocation for later, or takes the order back. */
final class RevocationOrder {
    private static final Duration FARTHEST = RolloverPolicy.DURATION_MAX;

    private final KeymgrCommand root;
    private final KeyLookup found;

    RevocationOrder(KeymgrCommand root, KeyLookup found) {
        this.root = root;
        this.found = found;
    }

    /** When it is to come about; a usage error unless that lies ahead. */
    static Instant at(String text, Instant now) {
        return Input.instant(text)
                .filter(at -> at.isAfter(now) && !at.isAfter(now.plus(FARTHEST)))
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.USAGE,
                        "--at '" + text + "' is not an instant within the next " + FARTHEST.toDays()
                                + " days; write for example 2026-11-01T00:00:00Z, or leave it out to revoke now"));
    }

    int place(Compromise record, Instant at) {
        ScheduledRevocation order = new ScheduledRevocation(found.key().kid(), at, record);
        root.workbench()
                .lifecycle(root.progress())
                .emergency()
                .schedule(found.scope().scope().name(), order);
        Optional<SigningKey> successor = successor(order);
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>(Views.revocation(order));
            view.put("dryRun", false);
            successor.ifPresent(s -> view.put("successor", s.kid().value()));
            root.print(view);
            return ExitCodes.DONE;
        }
        Terminal terminal = root.terminal();
        terminal.print("key " + order.kid().prefix() + " will be revoked at " + Times.at(at) + " ("
                + Times.from(root.workbench().now(), at) + ") by the daemon, or by the first keymgr apply after it");
        if (found.key().state() == KeyState.ACTIVE) {
            terminal.print(
                    successor
                            .map(s -> "as things stand " + s.kid().prefix() + " signs from then on")
                            .orElse(
                                    terminal.style()
                                            .bad(
                                                    "as things stand no standby that survives it is ready then: nothing would be signed")));
        }
        return ExitCodes.DONE;
    }

    private Optional<SigningKey> successor(ScheduledRevocation order) {
        return found.key().state() == KeyState.ACTIVE
                ? Succession.successor(
                        found.keyring(),
                        found.scope().policy(),
                        found.key().group(),
                        Succession.burntBy(
                                found.keyring(), order.kid(), order.record().cause()),
                        order.at())
                : Optional.empty();
    }

    int takeBack(Mode mode) {
        Optional<ScheduledRevocation> order =
                found.keyring().revocationOf(found.key().kid());
        if (mode == Mode.FOR_REAL) {
            root.workbench()
                    .lifecycle(root.progress())
                    .emergency()
                    .cancel(found.scope().scope().name(), found.key().kid());
        }
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("dryRun", mode == Mode.DRY_RUN);
            view.put("kid", found.key().kid().value());
            view.put("cancelled", order.isPresent());
            order.ifPresent(o -> view.put("at", o.at().toString()));
            root.print(view);
        } else {
            root.terminal()
                    .print(order.map(o -> (mode == Mode.DRY_RUN ? "would take back" : "taken back")
                                    + ": the revocation of " + o.kid().prefix() + " at " + Times.at(o.at()))
                            .orElse("no revocation of " + found.key().kid().prefix() + " was ordered"));
        }
        return ExitCodes.DONE;
    }

    /** Whether anything is done. */
    enum Mode {
        FOR_REAL,
        DRY_RUN
    }
}
