package dev.keymgr.daemon.dashboard;

import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lanes of a scope: what its keyring records, and what the forecast adds. */
final class Lanes {
    private Lanes() {}

    /** In order of generation, keys to come last. */
    static List<Lane> of(ScopeView scope) {
        Forecast forecast = scope.forecast();
        Timing timing = new Timing(scope.policy());
        Map<Kid, List<Lane.Turn>> turns = new LinkedHashMap<>();
        Map<Kid, SigningAlgorithm> algorithms = new HashMap<>();
        for (SigningKey key : scope.keyring().keys()) {
            turns.put(key.kid(), new ArrayList<>(Lane.recorded(key, timing)));
            algorithms.put(key.kid(), key.algorithm());
        }
        for (Forecast.Event event : forecast.events()) {
            for (PlannedTurns.Change change : event.step().accept(new PlannedTurns())) {
                List<Lane.Turn> its = turns.computeIfAbsent(change.kid(), kid -> new ArrayList<>());
                its.add(new Lane.Turn(event.at(), change.phase()));
                if (change.phase() == Phase.PUBLISHED) {
                    Instant ready = event.at().plus(scope.policy().publicationInterval());
                    its.add(new Lane.Turn(ready, Phase.STANDBY));
                }
                SigningAlgorithm algorithm = change.algorithm();
                if (algorithm != null) {
                    algorithms.putIfAbsent(change.kid(), algorithm);
                }
            }
        }
        List<Lane> lanes = new ArrayList<>();
        turns.forEach((kid, list) ->
                lanes.add(Lane.of(forecast.imagined().getOrDefault(kid, kid.prefix()), algorithms.get(kid), list)));
        return lanes;
    }
}
