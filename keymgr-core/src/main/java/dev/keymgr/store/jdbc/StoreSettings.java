package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** Where the store is. */
public sealed interface StoreSettings {
    /** How long to wait for another writer unless told otherwise. */
    Duration PATIENCE = Duration.ofSeconds(10);

    /** How long a statement waits for another writer before it gives up; at least a millisecond. */
    Duration patience();

    static StoreSettings sqlite(Path file) {
        return new Sqlite(file, PATIENCE);
    }

    static StoreSettings postgres(String url, String user, Supplier<char[]> password) {
        return new Postgres(url, user, password, PATIENCE);
    }

    /**
     * One file on a local disk. Its directory must be the user's own: keys are not in it, but the truth about them is.
     *
     * @param file the database; beside it lie {@code -wal}, {@code -shm} and one lock file per scope
     */
    record Sqlite(Path file, Duration patience) implements StoreSettings {
        public Sqlite {
            file = file.toAbsolutePath().normalize();
            if (file.toString().indexOf('?') >= 0) {
                throw new KeymgrException(
                        ErrorCode.CONFIG_INVALID, "store file " + file + " has a '?' in its path; choose another path");
            }
        }
    }

    /**
     * A database of a PostgreSQL server, version 12 or later.
     *
     * @param url {@code jdbc:postgresql://host:port/database}, TLS settings included, a password not
     * @param password gives a fresh array each time, which is zeroed after use; an empty one where the server asks none
     */
    record Postgres(String url, String user, Supplier<char[]> password, Duration patience) implements StoreSettings {
        public Postgres {
            if (!url.startsWith("jdbc:postgresql:")) {
                throw new KeymgrException(
                        ErrorCode.CONFIG_INVALID,
                        "store url does not begin with jdbc:postgresql: ; write jdbc:postgresql://host/database");
            }
            if (url.contains("password=")) {
                throw new KeymgrException(
                        ErrorCode.CONFIG_INVALID, "store url holds a password; give it by its password source");
            }
        }

        @Override
        public String toString() {
            return url;
        }
    }
}
