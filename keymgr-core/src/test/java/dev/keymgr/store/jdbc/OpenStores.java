package dev.keymgr.store.jdbc;

import static java.util.Objects.requireNonNull;

import dev.keymgr.testkit.SampleKeys;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The clients that one test opened on its store, closed together at its end. */
final class OpenStores {
    static final Clock CLOCK = Clock.fixed(SampleKeys.START, ZoneOffset.UTC);

    private final List<JdbcStore> opened = new ArrayList<>();
    private @Nullable StoreSettings settings;

    void migrate(StoreSettings fresh) {
        JdbcStore.migrate(fresh, CLOCK);
        use(fresh);
    }

    void use(StoreSettings migrated) {
        settings = migrated;
    }

    /** Each call another client. */
    JdbcStore open() {
        JdbcStore store = JdbcStore.open(requireNonNull(settings), CLOCK);
        opened.add(store);
        return store;
    }

    void close() {
        opened.forEach(JdbcStore::close);
        opened.clear();
    }
}
