package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.Resources;
import dev.keymgr.hsm.TokenInitialization;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.ManagedScope;
import dev.keymgr.token.TokenSigner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command works with, opened from one configuration. Nothing behind it is touched before it is asked for: a command
 * that asks for no token touches none.
 */
public interface Workbench extends Resources {
    Tokens tokens();

    ManagedScope scope(ScopeName name);

    TokenSigner signer(ScopeName name);

    /** Whether there is a store to read. */
    boolean hasStore();

    /** Makes the store, or brings it up to date. */
    void migrateStore();

    TokenInitialization tokenInitialization();

    default Instant now() {
        return clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** The scope of that name, or every scope when none is named. */
    default List<ScopeConfig> scopes(@Nullable String name) {
        return name == null ? List.copyOf(config().scopes().values()) : List.of(requireScope(name));
    }

    /** The scope of that name; a usage error names those there are. */
    default ScopeConfig requireScope(String name) {
        return config().scopes().values().stream()
                .filter(s -> s.scope().name().value().equals(name))
                .findFirst()
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.USAGE,
                        "no scope '" + name + "' in " + config().file() + "; there are: "
                                + config().scopes().keySet()));
    }
}
