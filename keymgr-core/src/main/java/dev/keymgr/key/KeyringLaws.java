package dev.keymgr.key;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What no keyring breaks: at most one ACTIVE per group, one scope throughout, no kid twice, nothing revoked made public. */
final class KeyringLaws {
    private final ScopeName scope;
    private final Set<Kid> kids = new HashSet<>();
    private final Set<Kid> burnt = new HashSet<>();

    private KeyringLaws(ScopeName scope) {
        this.scope = scope;
    }

    static void require(
            ScopeName scope,
            List<SigningKey> keys,
            List<Publication> publications,
            List<ScheduledRevocation> revocations) {
        KeyringLaws laws = new KeyringLaws(scope);
        laws.requireOf(keys);
        laws.requireOfDocuments(publications);
        laws.requireOfRevocations(revocations);
    }

    private void requireOf(List<SigningKey> keys) {
        Set<SigningAlgorithm> active = EnumSet.noneOf(SigningAlgorithm.class);
        for (SigningKey key : keys) {
            if (!key.group().scope().equals(scope)) {
                throw new IllegalStateException(
                        "ScopesNeverMix: key " + key.kid() + " of " + key.group() + " in the keyring of " + scope);
            }
            if (!kids.add(key.kid())) {
                throw new IllegalStateException("ScopesNeverMix: kid " + key.kid() + " twice in " + scope);
            }
            if (key.state() == KeyState.ACTIVE && !active.add(key.algorithm())) {
                throw new IllegalStateException("AtMostOneActive: two active keys in " + key.group());
            }
            if (key.state() == KeyState.COMPROMISED) {
                burnt.add(key.kid());
            }
        }
    }

    private void requireOfDocuments(List<Publication> publications) {
        int last = publications.size() - 1;
        for (int i = 0; i <= last; i++) {
            Publication publication = publications.get(i);
            if (publication.isServed()) {
                continue;
            }
            if (i != last) {
                throw new IllegalStateException("an unserved publication that is not the last one in " + scope);
            }
            if (publication.listings().keySet().stream().anyMatch(burnt::contains)) {
                throw new IllegalStateException("CompromisedIsFinal: " + scope + " intends to publish a revoked key");
            }
        }
    }

    private void requireOfRevocations(List<ScheduledRevocation> revocations) {
        Set<Kid> doomed = new HashSet<>();
        for (ScheduledRevocation revocation : revocations) {
            Kid kid = revocation.kid();
            if (!kids.contains(kid) || burnt.contains(kid) || !doomed.add(kid)) {
                throw new IllegalStateException("a revocation scheduled twice, or of a key that " + scope
                        + " does not have or has revoked: " + kid);
            }
        }
    }
}
