package dev.keymgr.store.jdbc;

import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.DeliveriesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresDeliveriesIT extends DeliveriesContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    protected Deliveries deliveries() {
        return database.open().daemons();
    }
}
