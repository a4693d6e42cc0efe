package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.Heartbeats;
import dev.keymgr.inventory.HeartbeatsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteHeartbeatsTest extends HeartbeatsContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    protected Heartbeats heartbeats() {
        return file.open().daemons();
    }
}
