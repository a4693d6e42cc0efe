package dev.keymgr.key;

/** A transition that the table does not list. Nothing was changed. */
public final class IllegalTransitionException extends KeymgrException {
    private static final long serialVersionUID = 1L;

    private final transient Kid kid;
    private final KeyState from;
    private final KeyState to;

    public IllegalTransitionException(Kid kid, KeyState from, KeyState to, String wayOut) {
        super(
                ErrorCode.ILLEGAL_TRANSITION,
                "key " + kid.prefix() + " is " + from + " and may not become " + to + "; " + wayOut);
        this.kid = kid;
        this.from = from;
        this.to = to;
    }

    public Kid kid() {
        return kid;
    }

    public KeyState from() {
        return from;
    }

    public KeyState to() {
        return to;
    }
}
