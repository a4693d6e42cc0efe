package dev.keymgr.authority;

import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Posture.Finding;
import dev.keymgr.rollover.Posture.Severity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whether verifiers that pin an authority can trust the keys of a scope right now. Pure. */
public final class Vouching {
    private static final Map<KeyState, Severity> GRAVITY =
            Map.of(KeyState.ACTIVE, Severity.CRITICAL, KeyState.PUBLISHED, Severity.WARNING);

    private Vouching() {}

    /**
     * What is wrong.
     *
     * @param known the scope's authorities, those that fell as well
     * @return empty when all is well, and for a scope that never had an authority: nobody can have pinned one
     */
    public static List<Finding> check(Keyring keyring, List<Authority> known) {
        if (known.isEmpty()) {
            return List.of();
        }
        if (known.stream().noneMatch(Authority::stands)) {
            return List.of(new Finding(
                    Severity.CRITICAL,
                    "no-authority",
                    "every authority of " + keyring.scope()
                            + " was revoked: verifiers that pin one refuse all its tokens; make new ones: keymgr init; hand out"
                            + " what keymgr authority " + keyring.scope()
                            + " prints; then keymgr rotate " + keyring.scope()
                            + " until a key signs that was made after that"));
        }
        return keyring.keys().stream()
                .filter(k -> GRAVITY.containsKey(k.state())
                        && DocumentContents.voucher(k, known).isEmpty())
                .flatMap(k -> Stream.ofNullable(GRAVITY.get(k.state())).map(gravity -> finding(k, gravity)))
                .toList();
    }

    private static Finding finding(SigningKey key, Severity gravity) {
        return new Finding(
                gravity,
                "not-certified",
                key.state() + " key " + key.kid().prefix()
                        + " has no certificate of an authority that stands: verifiers that pin one refuse its tokens; keymgr rotate "
                        + key.group().scope() + " until a key signs that has one");
    }
}
