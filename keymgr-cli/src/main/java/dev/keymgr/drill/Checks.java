package dev.keymgr.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a drill found, told as it is found. */
public final class Checks {
    /**
     * One thing that has to hold.
     *
     * @param part of the drill
     * @param says what was seen
     */
    public record Check(String part, String what, boolean held, String says) {}

    private final Consumer<Check> told;
    private final List<Check> all = new ArrayList<>();

    public Checks(Consumer<Check> told) {
        this.told = told;
    }

    void add(String part, String what, boolean held, String says) {
        Check check = new Check(part, what, held, says);
        all.add(check);
        told.accept(check);
    }

    /** Something that came about, or did not within its time. */
    void within(String part, String what, Patience.Waited waited) {
        add(
                part,
                what,
                waited.came(),
                waited.came() ? "after " + show(waited.after()) : "not within " + show(waited.after()));
    }

    static String show(Duration duration) {
        return duration.toSeconds() < 10 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
    }

    public List<Check> all() {
        return List.copyOf(all);
    }

    public boolean allHeld() {
        return !all.isEmpty() && all.stream().allMatch(Check::held);
    }
}
