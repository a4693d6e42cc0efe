package dev.keymgr.daemon.metrics;

import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.Kid;
import dev.keymgr.rollover.Step;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The key groups that a step changes; empty for all of the scope, as a document that only changes its dates. */
final class TouchedGroups implements Step.Visitor<Set<KeyGroup>> {
    private final Function<Kid, KeyGroup> groups;

    TouchedGroups(Function<Kid, KeyGroup> groups) {
        this.groups = groups;
    }

    @Override
    public Set<KeyGroup> generate(Step.Generate step) {
        return Set.of(step.group());
    }

    @Override
    public Set<KeyGroup> abandon(Step.Abandon step) {
        return Set.of(step.intent().group());
    }

    @Override
    public Set<KeyGroup> publish(Step.Publish step) {
        return Stream.concat(step.added().stream(), step.removed().stream())
                .map(groups)
                .collect(Collectors.toSet());
    }

    @Override
    public Set<KeyGroup> activate(Step.Activate step) {
        return Set.of(step.group());
    }

    @Override
    public Set<KeyGroup> retire(Step.Retire step) {
        return Set.of(step.group());
    }

    @Override
    public Set<KeyGroup> destroy(Step.Destroy step) {
        return Set.of(step.group());
    }

    @Override
    public Set<KeyGroup> revoke(Step.Revoke step) {
        return step.kids().stream().map(groups).collect(Collectors.toSet());
    }

    @Override
    public Set<KeyGroup> extendTokenLifetime(Step.ExtendTokenLifetime step) {
        return Set.of(step.group());
    }
}
