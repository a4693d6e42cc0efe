package dev.keymgr.store.jdbc;

import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.DeliveriesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteDeliveriesTest extends DeliveriesContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    protected Deliveries deliveries() {
        return file.open().daemons();
    }
}
