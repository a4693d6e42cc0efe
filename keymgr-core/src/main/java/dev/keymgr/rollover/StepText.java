package dev.keymgr.rollover;

import dev.keymgr.key.Kid;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** A step in words, for plans, findings and the audit. */
public final class StepText implements Step.Visitor<String> {
    private final Map<Kid, String> names;

    private StepText(Map<Kid, String> names) {
        this.names = names;
    }

    public static String of(Step step) {
        return step.accept(new StepText(Map.of()));
    }

    /**
     * With names for keys that do not exist yet.
     *
     * @param names see {@link Forecast#imagined()}
     */
    public static String of(Step step, Map<Kid, String> names) {
        return step.accept(new StepText(names));
    }

    private String name(Kid kid) {
        return names.getOrDefault(kid, kid.prefix());
    }

    private String names(Collection<Kid> kids) {
        return kids.stream().map(this::name).collect(Collectors.joining(", "));
    }

    @Override
    public String generate(Step.Generate step) {
        return (step.resumed() == null ? "generate " : "finish generating ")
                + step.group().algorithm() + " key in " + step.token();
    }

    @Override
    public String abandon(Step.Abandon step) {
        return "give up an unfinished " + step.intent().group().algorithm() + " key in "
                + step.intent().location();
    }

    @Override
    public String publish(Step.Publish step) {
        if (!step.added().isEmpty() && !step.removed().isEmpty()) {
            return "replace " + names(step.removed()) + " by " + names(step.added()) + " in the document";
        }
        if (!step.added().isEmpty()) {
            return "publish " + names(step.added());
        }
        return step.removed().isEmpty() ? "refresh the document" : "withdraw " + names(step.removed());
    }

    @Override
    public String activate(Step.Activate step) {
        Kid predecessor = step.predecessor();
        return "activate " + name(step.kid()) + (predecessor == null ? "" : ", retire " + name(predecessor));
    }

    @Override
    public String retire(Step.Retire step) {
        return "retire " + name(step.kid());
    }

    @Override
    public String destroy(Step.Destroy step) {
        return "destroy the private half of " + name(step.kid());
    }

    @Override
    public String revoke(Step.Revoke step) {
        return "revoke " + names(step.kids());
    }

    @Override
    public String extendTokenLifetime(Step.ExtendTokenLifetime step) {
        return "allow tokens of " + Durations.format(step.lifetime()) + " under " + name(step.kid());
    }
}
