package dev.keymgr.lifecycle;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.jwks.JwksProbe;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What verifiers really get, at a scope's public addresses. Reads only. */
final class Witness {
    private final ManagedScope scope;

    Witness(ManagedScope scope) {
        this.scope = scope;
    }

    /**
     * One look at every address.
     *
     * @param seen keys that stand at all of them and were not seen so before
     * @param failures addresses that should show a key by now and do not
     */
    record Sighting(Collection<Kid> seen, List<Advance.Failure> failures) {
        String seenText() {
            return seen.stream().map(Kid::prefix).collect(Collectors.joining(", "));
        }
    }

    /** Looks only while there is a published key that was not seen everywhere yet. */
    Sighting look(Keyring keyring, Instant now) {
        List<SigningKey> unseen = scope.probes().isEmpty()
                ? List.of()
                : keyring.keys().stream()
                        .filter(k -> k.state() == KeyState.PUBLISHED
                                && k.times().find(Moment.OBSERVED).isEmpty())
                        .toList();
        TreeSet<Kid> seen = unseen.stream().map(SigningKey::kid).collect(Collectors.toCollection(TreeSet::new));
        if (seen.isEmpty()) {
            return new Sighting(seen, List.of());
        }
        boolean inTime = unseen.stream()
                .allMatch(k -> now.isBefore(
                        k.times().require(Moment.PUBLISHED).plus(scope.policy().propagation())));
        List<Advance.Failure> failures = new ArrayList<>();
        for (JwksProbe probe : scope.probes()) {
            try {
                JwkSet set = JwkSetParser.parse(probe.fetch());
                if (seen.removeIf(kid -> set.find(kid).isEmpty()) && !inTime) {
                    throw old(probe);
                }
            } catch (KeymgrException e) {
                seen.clear();
                if (!inTime) {
                    failures.add(new Advance.Failure("see the document at " + probe.description(), e));
                }
            }
        }
        return new Sighting(seen, failures);
    }

    /** Addresses that show other bytes than the document that stands, although the propagation time has passed. */
    List<Advance.Failure> differences(Keyring keyring, Instant now) {
        Publication standing = keyring.servedPublication().orElse(null);
        Instant servedAt = standing == null ? null : standing.servedAt();
        if (standing == null
                || servedAt == null
                || now.isBefore(servedAt.plus(scope.policy().propagation()))) {
            return List.of();
        }
        byte[] expected = JwksRenderer.render(keyring, standing).bytes();
        List<Advance.Failure> failures = new ArrayList<>();
        for (JwksProbe probe : scope.probes()) {
            try {
                if (!Arrays.equals(expected, probe.fetch())) {
                    throw old(probe);
                }
            } catch (KeymgrException e) {
                failures.add(new Advance.Failure("see the document at " + probe.description(), e));
            }
        }
        return failures;
    }

    private KeymgrException old(JwksProbe probe) {
        return new KeymgrException(
                ErrorCode.PUBLICATION_FAILED,
                probe.description() + " still shows an older document of scope " + scope.name()
                        + " after the propagation time; a key that is missing there does not begin to sign; see what"
                        + " caches or copies it");
    }

    /**
     * Before a key begins to sign: it was seen at every address, and what it signs now verifies against the bytes there
     * now.
     *
     * @param canary signs and verifies against a set, or throws
     * @throws KeymgrException PUBLICATION_FAILED or what the canary throws; nothing was changed
     */
    void requireSeen(SigningKey next, Consumer<JwkSet> canary) {
        for (JwksProbe probe : scope.probes()) {
            JwkSet set = JwkSetParser.parse(probe.fetch());
            if (set.find(next.kid()).isEmpty()) {
                throw old(probe);
            }
            canary.accept(set);
        }
    }
}
