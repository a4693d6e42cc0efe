package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.Heartbeats;
import dev.keymgr.inventory.HeartbeatsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresHeartbeatsIT extends HeartbeatsContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    protected Heartbeats heartbeats() {
        return database.open().daemons();
    }
}
