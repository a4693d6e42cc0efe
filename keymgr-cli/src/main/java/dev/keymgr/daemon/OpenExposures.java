package dev.keymgr.daemon;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Exposure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Revoked keys that somebody known may still trust. Asks the store only about those whose bound has not passed. */
final class OpenExposures {
    private final Resources resources;
    private final Board board;

    OpenExposures(Resources resources, Board board) {
        this.resources = resources;
        this.board = board;
    }

    List<Exposure> now() {
        Instant now = resources.clock().instant();
        List<Exposure> open = new ArrayList<>();
        for (ScopeConfig scope : resources.config().scopes().values()) {
            Board.Seen seen = board.seen(scope.scope().name());
            if (seen != null) {
                open.addAll(of(scope, seen.keyring(), now));
            }
        }
        return open;
    }

    private List<Exposure> of(ScopeConfig scope, Keyring keyring, Instant now) {
        List<Exposure.Verifier> registered = resources.registered(scope.scope().name());
        List<Exposure> open = new ArrayList<>();
        for (SigningKey key : keyring.keys()) {
            if (key.state() == KeyState.COMPROMISED) {
                Exposure.of(keyring, key.kid(), scope.policy(), registered, Map.of())
                        .filter(e -> e.overSince(now).isEmpty())
                        .flatMap(e -> Exposure.of(
                                keyring,
                                key.kid(),
                                scope.policy(),
                                registered,
                                resources.confirmations().of(key.kid())))
                        .filter(e -> e.overSince(now).isEmpty())
                        .ifPresent(open::add);
            }
        }
        return open;
    }
}
