package dev.keymgr.jwks;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The last gate before a document may replace the one that is served. It believes the final bytes only: it reads them
 * back and holds them against the keyring, the plan, the document before and the other scopes. Pure. The laws it keeps are
 * LastGoodDocumentStands, ScopesNeverMix and CompromisedIsFinal.
 */
public final class JwksLint {
    private final JwksDocument candidate;
    private final String issuer;
    private final Keyring keyring;
    private final Publication planned;
    private final List<String> wrong = new ArrayList<>();

    private JwksLint(JwksDocument candidate, String issuer, Keyring keyring, Publication planned) {
        this.candidate = candidate;
        this.issuer = issuer;
        this.keyring = keyring;
        this.planned = planned;
    }

    /**
     * Passes a safe document, refuses any other.
     *
     * @param issuer of the scope: every key that names its issuer names this one, and no key of another scope does
     * @param keyring the generation that decided the publication, or a later one
     * @param otherScopes what every other scope serves; without the scope of the candidate
     * @throws KeymgrException DOCUMENT_REFUSED naming every violation; the document served so far stands
     */
    public static void requireSafe(
            JwksDocument candidate,
            String issuer,
            Keyring keyring,
            Publication planned,
            Map<ScopeName, JwkSet> otherScopes) {
        List<String> violations = violations(candidate, issuer, keyring, planned, otherScopes);
        if (!violations.isEmpty()) {
            throw new KeymgrException(
                    ErrorCode.DOCUMENT_REFUSED,
                    "document " + candidate.number() + " of scope " + candidate.scope() + " refused: "
                            + String.join("; ", violations)
                            + "; the document served so far stands; look at: keymgr why, keymgr doctor");
        }
    }

    /** What {@link #requireSafe} would name; empty when the document is safe. */
    public static List<String> violations(
            JwksDocument candidate,
            String issuer,
            Keyring keyring,
            Publication planned,
            Map<ScopeName, JwkSet> otherScopes) {
        if (otherScopes.containsKey(candidate.scope())) {
            throw new IllegalArgumentException("scope " + candidate.scope() + " is not another scope than itself");
        }
        JwksLint lint = new JwksLint(candidate, issuer, keyring, planned);
        lint.checkEnvelope();
        lint.checkChange();
        lint.checkContent(otherScopes);
        return List.copyOf(lint.wrong);
    }

    private void checkEnvelope() {
        if (!candidate.scope().equals(keyring.scope())) {
            wrong.add("it is of scope " + candidate.scope() + ", the keyring of " + keyring.scope());
        }
        if (!candidate.number().equals(planned.number())) {
            wrong.add("its number is " + candidate.number() + ", the plan's " + planned.number());
        }
        if (!candidate.maxAge().equals(planned.maxAge())) {
            wrong.add("its max-age is " + candidate.maxAge() + ", the plan's " + planned.maxAge());
        }
        if (candidate.size() > JwksDocument.BYTES_MAX) {
            wrong.add("it has " + candidate.size() + " bytes; verifiers read at most " + JwksDocument.BYTES_MAX);
        }
    }

    /**
     * Addition and removal never ride together, but where every key of the served document is out of trust: nothing of it
     * may stay, and an empty one is never served.
     */
    private void checkChange() {
        Optional<Publication> served = keyring.servedPublication();
        if (served.isEmpty()) {
            return;
        }
        if (planned.number().compareTo(served.get().number()) < 0) {
            wrong.add("its number " + planned.number() + " is below the served document's "
                    + served.get().number());
        }
        SortedSet<Kid> added = difference(planned.kids(), served.get().kids());
        SortedSet<Kid> removed = difference(served.get().kids(), planned.kids());
        boolean replacesAll =
                removed.equals(served.get().kids()) && removed.stream().allMatch(this::isOutOfTrust);
        if (!added.isEmpty() && !removed.isEmpty() && !replacesAll) {
            wrong.add("it adds " + prefixes(added) + " and removes " + prefixes(removed)
                    + " at once; each takes a document of its own");
        }
        removed.forEach(this::checkRemoval);
    }

    private boolean isOutOfTrust(Kid kid) {
        return keyring.find(kid)
                .filter(k -> k.state() == KeyState.COMPROMISED || (k.state() == KeyState.SUSPENDED && k.isWithdrawn()))
                .isPresent();
    }

    private void checkRemoval(Kid kid) {
        Optional<SigningKey> found = keyring.find(kid);
        if (found.isEmpty()) {
            wrong.add("it drops " + kid.prefix() + ", of which the keyring knows nothing");
            return;
        }
        SigningKey key = found.get();
        if (!mayGo(key)) {
            wrong.add("it drops " + kid.prefix() + ", which is " + key.state()
                    + (key.state() == KeyState.SUSPENDED ? " and not withdrawn" : ""));
        }
        // The instant of the keyring's last change is the latest one a pure function knows. A hold never shields a
        // compromised key.
        Optional<Hold> hold = keyring.holdOn(kid, keyring.changedAt());
        if (hold.isPresent() && key.state() != KeyState.COMPROMISED) {
            wrong.add("it drops " + kid.prefix() + ", which is under a hold by "
                    + hold.get().owner());
        }
    }

    private static boolean mayGo(SigningKey key) {
        return switch (key.state()) {
            case RETIRED, REMOVED, COMPROMISED, DESTROYED -> true;
            case SUSPENDED -> key.isWithdrawn();
            case PUBLISHED -> key.privateHalf() != PrivateHalf.PRESENT;
            case GENERATED, ACTIVE -> false;
        };
    }

    private void checkContent(Map<ScopeName, JwkSet> otherScopes) {
        JwkSet found;
        try {
            found = JwkSetParser.parseOwn(candidate.bytes());
        } catch (KeymgrException e) {
            wrong.add(String.valueOf(e.getMessage()));
            return;
        }
        if (found.isEmpty()) {
            wrong.add("it is empty");
        }
        if (!found.kids().equals(planned.kids())) {
            wrong.add("it lists " + prefixes(found.kids()) + ", the plan " + prefixes(planned.kids()));
        }
        found.keys().forEach(this::checkKey);
        otherScopes.forEach((scope, set) -> checkDisjoint(found, scope, set));
    }

    private void checkKey(Jwk jwk) {
        if (jwk.binding() != null && !jwk.binding().issuer().equals(issuer)) {
            wrong.add("ScopesNeverMix: it lists " + jwk.kid().prefix() + ", which is bound to the issuer "
                    + jwk.binding().issuer() + ", not to " + issuer
                    + "; a scope keeps its issuer for life: give the new issuer a scope of its own");
        }
        Optional<SigningKey> found = keyring.find(jwk.kid());
        if (found.isEmpty()) {
            wrong.add("it lists " + jwk.kid().prefix() + ", of which the keyring knows nothing");
            return;
        }
        SigningKey key = found.get();
        if (!key.state().isListable() && key.state() != KeyState.GENERATED) {
            wrong.add("it lists " + jwk.kid().prefix() + ", which is " + key.state());
        }
        if (key.state() == KeyState.SUSPENDED && key.isWithdrawn()) {
            wrong.add("it lists " + jwk.kid().prefix() + ", which was ordered out of the document");
        }
        Publication.Listing listing = planned.listings().get(jwk.kid());
        if (listing != null && !jwk.equals(Jwk.of(key, listing))) {
            wrong.add("its key, alg or times of " + jwk.kid().prefix() + " are not those of the keyring and the plan");
        }
    }

    private void checkDisjoint(JwkSet found, ScopeName scope, JwkSet other) {
        for (Jwk theirs : other.keys()) {
            if (theirs.binding() != null && theirs.binding().issuer().equals(issuer)) {
                wrong.add("ScopesNeverMix: scope " + scope + " has a key for the issuer of this one");
            }
            for (Jwk ours : found.keys()) {
                if (ours.kid().equals(theirs.kid()) || ours.publicKey().equals(theirs.publicKey())) {
                    wrong.add("ScopesNeverMix: it shares " + ours.kid().prefix() + " with scope " + scope);
                }
            }
        }
    }

    private static SortedSet<Kid> difference(SortedSet<Kid> from, SortedSet<Kid> without) {
        SortedSet<Kid> rest = new TreeSet<>(from);
        rest.removeAll(without);
        return rest;
    }

    private static List<String> prefixes(SortedSet<Kid> kids) {
        return kids.stream().map(Kid::prefix).toList();
    }
}
