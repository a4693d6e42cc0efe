package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** A lock file per scope beside the database, each named after both. */
final class FileScopeLocks implements ScopeLocks {
    private final Path database;
    private final Clock clock;

    FileScopeLocks(Path database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public ScopeLock lock(ScopeName scope, Duration patience) {
        try {
            // The real path: two names of one file must not pass for two locks.
            Path real = database.toRealPath();
            LockFile lock =
                    LockFile.waitFor(real.resolveSibling(real.getFileName() + "." + scope + ".lock"), patience, clock);
            if (!lock.isMine()) {
                throw ScopeLocks.busy(scope, lock.holder());
            }
            return lock::close;
        } catch (IOException | UncheckedIOException e) {
            throw new KeymgrException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "could not lock scope " + scope + " beside the store " + database + " (" + e.getMessage()
                            + "); nothing was changed; give this user the right to write its directory",
                    e);
        }
    }
}
