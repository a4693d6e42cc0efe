package dev.keymgr.daemon.dashboard;

import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.rollover.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which keys a planned step takes into which phase. A key to come appears when it is published. */
final class PlannedTurns implements Step.Visitor<List<PlannedTurns.Change>> {
    /**
     * One key, one phase.
     *
     * @param algorithm where the step tells
     */
    record Change(Kid kid, Phase phase, @Nullable SigningAlgorithm algorithm) {}

    @Override
    public List<Change> generate(Step.Generate step) {
        return List.of();
    }

    @Override
    public List<Change> abandon(Step.Abandon step) {
        return List.of();
    }

    @Override
    public List<Change> publish(Step.Publish step) {
        List<Change> changes = new ArrayList<>();
        step.added().forEach(kid -> changes.add(new Change(kid, Phase.PUBLISHED, null)));
        step.removed().forEach(kid -> changes.add(new Change(kid, Phase.REMOVED, null)));
        return changes;
    }

    @Override
    public List<Change> activate(Step.Activate step) {
        SigningAlgorithm algorithm = step.group().algorithm();
        List<Change> changes = new ArrayList<>();
        changes.add(new Change(step.kid(), Phase.ACTIVE, algorithm));
        Kid predecessor = step.predecessor();
        if (predecessor != null) {
            changes.add(new Change(predecessor, Phase.RETIRED, algorithm));
        }
        return changes;
    }

    @Override
    public List<Change> retire(Step.Retire step) {
        return List.of(new Change(step.kid(), Phase.RETIRED, step.group().algorithm()));
    }

    @Override
    public List<Change> destroy(Step.Destroy step) {
        return List.of();
    }

    @Override
    public List<Change> revoke(Step.Revoke step) {
        return step.kids().stream()
                .map(kid -> new Change(kid, Phase.REVOKED, null))
                .toList();
    }

    @Override
    public List<Change> extendTokenLifetime(Step.ExtendTokenLifetime step) {
        return List.of();
    }
}
