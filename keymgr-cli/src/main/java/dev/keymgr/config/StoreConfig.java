package dev.keymgr.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the inventory and the audit log are kept. */
public sealed interface StoreConfig {

    /**
     * A file of this machine.
     *
     * @param file absolute
     */
    record Sqlite(Path file) implements StoreConfig {}

    /**
     * A database for several machines.
     *
     * @param url a JDBC URL without a password in it
     * @param passwordSource null where the server asks for none
     */
    record Postgresql(String url, String user, @Nullable SecretSource passwordSource) implements StoreConfig {

        public Optional<SecretSource> password() {
            return Optional.ofNullable(passwordSource);
        }
    }
}
