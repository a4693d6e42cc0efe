package dev.keymgr.daemon;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Where a scheduler keeps its jobs, as Quartz wants it put. */
final class JobStores {
    private static final String SHARED = "keymgr";
    private static final int CONNECTIONS = 4;
    private static final int THREADS_SHARED = 4;
    private static final int THREADS_LOCAL = 6;

    private JobStores() {}

    /** In memory: for a daemon alone, and for what each daemon does for itself. */
    static Properties local(String process) {
        Properties properties = common("keymgr-" + process, THREADS_LOCAL);
        properties.setProperty("org.quartz.jobStore.class", RAMJobStore.class.getName());
        properties.setProperty("org.quartz.jobStore.misfireThreshold", "1000");
        return properties;
    }

    /**
     * In the database, for any number of daemons; a job that dies with its daemon is begun again by another.
     *
     * @param instance the name of this daemon among them, never the same again
     */
    static Properties shared(DataSource database, String instance) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(database);
        pool.setMaximumPoolSize(CONNECTIONS);
        pool.setPoolName("keymgr-quartz");
        pool.setInitializationFailTimeout(-1);
        DBConnectionManager.getInstance().addConnectionProvider(SHARED, new Pool(new HikariDataSource(pool)));
        Properties properties = common(SHARED, THREADS_SHARED);
        properties.setProperty("org.quartz.scheduler.instanceId", instance);
        String store = "org.quartz.jobStore.";
        properties.setProperty(store + "class", JobStoreTX.class.getName());
        properties.setProperty(store + "driverDelegateClass", PostgreSQLDelegate.class.getName());
        properties.setProperty(store + "dataSource", SHARED);
        properties.setProperty(store + "tablePrefix", "keymgr_qrtz_");
        properties.setProperty(store + "useProperties", "true");
        properties.setProperty(store + "isClustered", "true");
        properties.setProperty(store + "clusterCheckinInterval", "2000");
        properties.setProperty(store + "acquireTriggersWithinLock", "true");
        properties.setProperty(store + "misfireThreshold", "5000");
        return properties;
    }

    private static Properties common(String name, int threads) {
        Properties properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", name);
        properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
        properties.setProperty("org.quartz.threadPool.class", SimpleThreadPool.class.getName());
        properties.setProperty("org.quartz.threadPool.threadCount", Integer.toString(threads));
        properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
        return properties;
    }

    private record Pool(HikariDataSource connections) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return connections.getConnection();
        }

        @Override
        public void initialize() {
            // the pool is ready as it is
        }

        @Override
        public void shutdown() {
            connections.close();
        }
    }
}
