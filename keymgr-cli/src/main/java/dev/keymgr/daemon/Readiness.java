package dev.keymgr.daemon;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.Board.Seen;
import dev.keymgr.daemon.http.Documents;
import dev.keymgr.daemon.http.Health;
import dev.keymgr.daemon.http.Kind;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.Posture.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether all is as it should be, from what was last seen. What was not seen yet is not ready. */
record Readiness(Map<ScopeName, ScopeConfig> scopes, Board board, Documents documents) {
    Health now() {
        List<String> reasons = new ArrayList<>();
        String store = board.storeTrouble() == null ? board.writeTrouble() : board.storeTrouble();
        if (store != null) {
            reasons.add("store: " + store);
        }
        for (ScopeName scope : scopes.keySet()) {
            Seen seen = board.seen(scope);
            if (seen == null) {
                reasons.add(scope + ": not read yet");
                continue;
            }
            seen.findings().stream()
                    .filter(f -> f.severity() == Severity.CRITICAL)
                    .forEach(f -> reasons.add(scope + ": " + f.message()));
            board.failures(scope).forEach(f -> reasons.add(scope + ": " + f.says()));
            if (documents.find(scope.value(), Kind.JWKS).isEmpty()) {
                reasons.add(scope + ": no document to serve");
            }
        }
        return new Health(reasons.isEmpty(), reasons);
    }
}
