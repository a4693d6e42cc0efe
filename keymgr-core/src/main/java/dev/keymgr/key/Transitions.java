package dev.keymgr.key;

import static dev.keymgr.key.KeyState.ACTIVE;
import static dev.keymgr.key.KeyState.COMPROMISED;
import static dev.keymgr.key.KeyState.DESTROYED;
import static dev.keymgr.key.KeyState.GENERATED;
import static dev.keymgr.key.KeyState.PUBLISHED;
import static dev.keymgr.key.KeyState.REMOVED;
import static dev.keymgr.key.KeyState.RETIRED;
import static dev.keymgr.key.KeyState.SUSPENDED;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every legal change of state, as data. What is not listed is refused.
 *
 * <p>There is no way from RETIRED or REMOVED back to ACTIVE (rolling back means activating the standby), none from
 * GENERATED to ACTIVE (it would skip the caches), and none out of COMPROMISED.
 *
 * @standard NIST SP 800-57 part 1 rev. 5 s. 7
 */
public final class Transitions {
    /** Who may bring a transition about. */
    public enum Role {
        SCHEDULER,
        OPERATOR,
        RESPONDER,
        WATCHDOG,
        AUDITOR
    }

    /**
     * One legal change.
     *
     * @param approvals how many people besides the one who asks must agree
     * @param precondition when it may happen; the arithmetic is the rollover timing's
     */
    public record Transition(KeyState from, KeyState to, Set<Role> roles, int approvals, String precondition) {}

    private static final Set<Role> ROUTINE = Set.of(Role.SCHEDULER, Role.OPERATOR);
    private static final Set<Role> EMERGENCY = Set.of(Role.RESPONDER, Role.OPERATOR);
    private static final Set<Role> LATE_DISCOVERY = Set.of(Role.RESPONDER, Role.OPERATOR, Role.AUDITOR);
    private static final Set<Role> ALARMED = Set.of(Role.RESPONDER, Role.OPERATOR, Role.WATCHDOG);

    private static final List<Transition> TABLE = List.of(
            new Transition(
                    GENERATED, PUBLISHED, ROUTINE, 0, "self-test passed; the document adds and removes nothing else"),
            new Transition(
                    PUBLISHED,
                    ACTIVE,
                    Set.of(Role.SCHEDULER, Role.OPERATOR, Role.RESPONDER),
                    0,
                    "from readyAt on, before it only by a revocation told --hard; with the retirement of its predecessor"),
            new Transition(GENERATED, DESTROYED, ROUTINE, 0, "private half destroyed, verified absent"),
            new Transition(PUBLISHED, DESTROYED, ROUTINE, 0, "private half destroyed or lost, and out of the document"),
            new Transition(ACTIVE, RETIRED, ROUTINE, 0, "with the activation of its successor"),
            new Transition(RETIRED, REMOVED, ROUTINE, 0, "from deadAt on; no hold; successor healthy"),
            new Transition(ACTIVE, SUSPENDED, ALARMED, 0, "a READY standby exists, or issuance is held"),
            new Transition(
                    SUSPENDED,
                    ACTIVE,
                    Set.of(Role.OPERATOR),
                    2,
                    "within the suspension limit; no other active key; never withdrawn; a written finding"),
            new Transition(SUSPENDED, RETIRED, Set.of(Role.OPERATOR), 1, "finding: not compromised"),
            new Transition(GENERATED, COMPROMISED, ALARMED, 0, "none"),
            new Transition(PUBLISHED, COMPROMISED, ALARMED, 0, "none"),
            new Transition(ACTIVE, COMPROMISED, EMERGENCY, 0, "none"),
            new Transition(
                    SUSPENDED,
                    COMPROMISED,
                    Set.of(Role.RESPONDER, Role.OPERATOR, Role.SCHEDULER),
                    0,
                    "none; by itself when the suspension limit has passed"),
            new Transition(RETIRED, COMPROMISED, LATE_DISCOVERY, 0, "none"),
            new Transition(REMOVED, COMPROMISED, LATE_DISCOVERY, 0, "none"));

    private Transitions() {}

    public static List<Transition> all() {
        return TABLE;
    }

    public static Optional<Transition> find(KeyState from, KeyState to) {
        return TABLE.stream().filter(t -> t.from() == from && t.to() == to).findFirst();
    }

    /**
     * Refuses what the table does not list.
     *
     * @throws IllegalTransitionException naming what may be done instead
     */
    static void require(SigningKey key, KeyState to) {
        if (find(key.state(), to).isEmpty()) {
            throw new IllegalTransitionException(key.kid(), key.state(), to, wayOut(key.state()));
        }
    }

    private static String wayOut(KeyState from) {
        String next = TABLE.stream()
                .filter(t -> t.from() == from)
                .map(t -> t.to().name())
                .collect(Collectors.joining(", "));
        if (from == DESTROYED) {
            return "DESTROYED is final and no document lists it; if it was misused, account for that: keymgr incident open";
        }
        return next.isEmpty() ? from + " is final" : "from " + from + " it may become " + next;
    }
}
