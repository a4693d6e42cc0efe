package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A key found by the beginning of its kid, in whichever scope it is.
 *
 * @param keyring as read for the look-up
 */
record KeyLookup(ScopeConfig scope, Keyring keyring, SigningKey key) {

    /** Exactly one key, or a usage error that lists the candidates. */
    static KeyLookup require(Workbench workbench, String prefix) {
        Input.requireText("KID", prefix);
        List<KeyLookup> found = new ArrayList<>();
        for (ScopeConfig scope : workbench.scopes(null)) {
            Keyring keyring = workbench.inventory().read(scope.scope().name());
            keyring.keys().stream()
                    .filter(k -> k.kid().value().startsWith(prefix))
                    .forEach(k -> found.add(new KeyLookup(scope, keyring, k)));
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new KeymgrException(
                ErrorCode.KEY_UNKNOWN,
                found.isEmpty()
                        ? "no key begins with '" + prefix + "'; list them with: keymgr keys --all"
                        : "'" + prefix + "' is the beginning of " + found.size() + " kids: "
                                + found.stream()
                                        .map(f -> f.key().kid() + " ("
                                                + f.scope().scope().name() + ")")
                                        .collect(Collectors.joining(", "))
                                + "; type more of it");
    }
}
