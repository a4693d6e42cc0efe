package dev.keymgr.daemon.events;

import dev.keymgr.audit.Confirmations;
import dev.keymgr.config.RelyingParty;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.detection.Detection;
import dev.keymgr.detection.Detections;
import dev.keymgr.detection.Detector;
import dev.keymgr.detection.Detector.Known;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.token.Decision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Takes what verifiers decided, and records the misuses and the confirmations in it. For many threads. */
public final class DecisionIntake {
    private final Map<ScopeName, ScopeConfig> scopes;
    private final Inventory inventory;
    private final Detections detections;
    private final Confirmations confirmations;
    private final Consumer<ScopeName> alarmed;

    /** @param alarmed told of each scope with a key of which something new was found, before the decisions are answered */
    public DecisionIntake(
            Map<ScopeName, ScopeConfig> scopes,
            Inventory inventory,
            Detections detections,
            Confirmations confirmations,
            Consumer<ScopeName> alarmed) {
        this.scopes = Map.copyOf(scopes);
        this.inventory = inventory;
        this.detections = detections;
        this.confirmations = confirmations;
        this.alarmed = alarmed;
    }

    /**
     * What came of some decisions.
     *
     * @param found every misuse, as often as it was decided upon
     * @param news those among them that nobody had told before
     * @param confirmed revoked keys and the registered verifiers that were not known yet to trust them no more
     */
    public record Outcome(List<Detection> found, List<Detection> news, List<String> confirmed) {
        public Outcome {
            found = List.copyOf(found);
            news = List.copyOf(news);
            confirmed = List.copyOf(confirmed);
        }
    }

    /** Holds them against the keys as they are now. Durable on return; may be repeated. */
    public Outcome take(Collection<Decision> decisions) {
        Detector detector = new Detector(scopes.values().stream()
                .map(s -> new Known(
                        s.scope(), s.policy(), inventory.read(s.scope().name())))
                .toList());
        List<Detection> found = new ArrayList<>();
        List<String> confirmed = new ArrayList<>();
        for (Decision decision : decisions) {
            detector.judge(decision).ifPresent(found::add);
            detector.confirmed(decision)
                    .filter(kid -> isRegistered(decision) && confirm(decision, kid))
                    .ifPresent(kid -> confirmed.add(decision.verifier() + " " + kid.prefix()));
        }
        List<Detection> news = detections.record(found);
        news.stream().map(Detection::scope).distinct().forEach(alarmed);
        return new Outcome(found, news, confirmed);
    }

    private boolean isRegistered(Decision decision) {
        ScopeConfig scope = scopes.get(decision.scope());
        return scope != null
                && scope.relyingParties().stream().map(RelyingParty::name).anyMatch(decision.verifier()::equals);
    }

    private boolean confirm(Decision decision, Kid kid) {
        return confirmations.record(decision.scope(), kid, decision.verifier(), "decision");
    }
}
