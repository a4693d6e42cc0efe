package dev.keymgr.lifecycle;

import java.util.List;
import java.util.function.Supplier;

/**
 * A scope in whose record keys are revoked: signing has stopped, and a ready standby has taken over. Whoever drops it leaves the
 * document to the next {@link Lifecycle#advance}. Where the store could not be written, an order lies beside it instead: the
 * signers of this machine have stopped, those of others do in {@link #goOn}.
 */
public final class Stopped {
    private final List<Advance.Done> done;
    private final Supplier<Advance> rest;

    Stopped(List<Advance.Done> done, Supplier<Advance> rest) {
        this.done = List.copyOf(done);
        this.rest = rest;
    }

    /** What stands in the record by now. */
    public List<Advance.Done> done() {
        return done;
    }

    /**
     * The second half: the document without the keys, the end of their private halves, new standbys. Safe to repeat.
     *
     * @return all of it, with {@link #done} first
     * @throws dev.keymgr.key.KeymgrException what keeps the rest from being done; {@link #done} stands
     */
    public Advance goOn() {
        return rest.get();
    }
}
