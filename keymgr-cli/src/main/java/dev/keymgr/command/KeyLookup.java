package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A key found by the beginning of its kid, in whichever scope it is.
 *
 * @param keyring as read for the look-up
 */
record KeyLookup(ScopeConfig scope, Keyring keyring, SigningKey key) {

    /** Exactly one key, or an error that lists the candidates. */
    static KeyLookup require(Workbench workbench, String prefix) {
        Input.requireText("KID", prefix);
        Set<ScopeName> holders = workbench.inventory().scopesOf(prefix);
        List<KeyLookup> found = workbench.scopes(null).stream()
                .filter(scope -> holders.contains(scope.scope().name()))
                .flatMap(scope ->
                        in(scope, workbench.inventory().read(scope.scope().name()), prefix))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new KeymgrException(ErrorCode.KEY_UNKNOWN, found.isEmpty() ? none(prefix) : several(prefix, found));
    }

    private static Stream<KeyLookup> in(ScopeConfig scope, Keyring keyring, String prefix) {
        return keyring.keys().stream()
                .filter(k -> k.kid().value().startsWith(prefix))
                .map(k -> new KeyLookup(scope, keyring, k));
    }

    private static String none(String prefix) {
        return "no key begins with '" + prefix + "'; list them with: keymgr keys --all"
                // A kid may begin with dashes, so that no parser can tell.
                + (prefix.startsWith("--") ? "; should it be an option: there is none of that name, see --help" : "");
    }

    private static String several(String prefix, List<KeyLookup> found) {
        return "'" + prefix + "' is the beginning of " + found.size() + " kids: "
                + found.stream()
                        .map(f -> f.key().kid() + " (" + f.scope().scope().name() + ")")
                        .collect(Collectors.joining(", "))
                + "; type more of it";
    }
}
