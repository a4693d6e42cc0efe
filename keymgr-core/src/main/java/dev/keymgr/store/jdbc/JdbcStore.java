package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import javax.sql.DataSource;

/**
 * Keyrings and their audit record in one database. Safe for many threads, processes and, on PostgreSQL, machines. Every
 * write is one transaction, durable on return. A connection that breaks is replaced by the next call.
 */
public final class JdbcStore implements Inventory, AuditLog, AutoCloseable {
    private static final int RECORDS_MAX = 10_000;

    private final Transactions transactions;
    private final ScopeLocks locks;

    private JdbcStore(Dialect dialect) {
        this.transactions = new Transactions(dialect);
        this.locks = dialect.locks();
    }

    /**
     * Opens a store that was migrated before.
     *
     * @param clock dates the locks taken through this store
     * @throws KeymgrException STORE_UNAVAILABLE when there is none or it cannot be reached; STORE_SCHEMA when it was made by
     *     an older or a newer release
     */
    public static JdbcStore open(StoreSettings settings, Clock clock) {
        JdbcStore store = new JdbcStore(dialect(settings, clock));
        // Compares the schema, on the connection that the first read then uses.
        store.transactions.read("open the store", connection -> true);
        return store;
    }

    /**
     * Creates what is missing, tables included, or brings an older store up to date; does nothing to a current one. Safe to
     * repeat after a crash and to run twice at once.
     *
     * @throws KeymgrException STORE_SCHEMA when a newer release made it; STORE_UNAVAILABLE when it cannot be written
     */
    public static void migrate(StoreSettings settings, Clock clock) {
        new Migrations(dialect(settings, clock)).run();
    }

    /** Plain connections to the database, for a scheduler that keeps its jobs there. */
    public static DataSource connections(StoreSettings settings, Clock clock) {
        return new DialectDataSource(dialect(settings, clock));
    }

    private static Dialect dialect(StoreSettings settings, Clock clock) {
        if (settings instanceof StoreSettings.Sqlite sqlite) {
            return new SqliteDialect(sqlite, clock);
        }
        return new PostgresDialect((StoreSettings.Postgres) settings);
    }

    // ---- inventory

    @Override
    public Keyring read(ScopeName scope) {
        return transactions.read("read scope " + scope, connection -> new KeyringReader(connection).read(scope));
    }

    @Override
    public SortedMap<ScopeName, Generation> generations() {
        return transactions.read("list the scopes", connection -> new KeyringReader(connection).generations());
    }

    @Override
    public SortedSet<ScopeName> scopesOf(String kidBeginning) {
        return transactions.read("look for a kid", connection -> new KeyringReader(connection).scopesOf(kidBeginning));
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when {@code after} is of another scope, not later, or lacks a key: a fault of the
     *     caller
     */
    @Override
    public void replace(Keyring before, Keyring after, List<AuditEvent> events) {
        requireSuccessor(before, after);
        String doing = "write scope " + after.scope();
        Session.Work<Boolean> work = connection -> {
            new KeyringWriter(connection, before, after).write();
            // The head last: from here to the commit all other writers wait.
            AuditTable audit = new AuditTable(connection);
            audit.append(audit.head(transactions.headQuery()), events);
            return true;
        };
        transactions.write(work, e -> refusal(doing, before, after, e));
    }

    private static void requireSuccessor(Keyring before, Keyring after) {
        if (!before.scope().equals(after.scope()) || after.generation().compareTo(before.generation()) <= 0) {
            throw new IllegalArgumentException("generation " + after.generation() + " of " + after.scope()
                    + " does not follow " + before.generation() + " of " + before.scope());
        }
        Set<Kid> kept = new HashSet<>();
        after.keys().forEach(key -> kept.add(key.kid()));
        for (SigningKey key : before.keys()) {
            if (!kept.contains(key.kid())) {
                throw new IllegalArgumentException("key " + key.kid() + " is missing: a keyring never forgets a key");
            }
        }
    }

    private KeymgrException refusal(String doing, Keyring before, Keyring after, SQLException failure) {
        KeymgrException general = transactions.explain(doing, failure);
        if (!transactions.isRefusal(failure)) {
            return general;
        }
        return transactions.read(
                "find what was refused",
                connection ->
                        new ScopeWall(connection).find(before, after, failure).orElse(general));
    }

    @Override
    public ScopeLock lock(ScopeName scope, Duration patience) {
        return locks.lock(scope, patience);
    }

    // ---- audit

    @Override
    public void append(List<AuditEvent> events) {
        Session.Work<Boolean> work = connection -> {
            AuditTable audit = new AuditTable(connection);
            audit.append(audit.head(transactions.headQuery()), events);
            return true;
        };
        transactions.write("append to the audit record", work);
    }

    @Override
    public List<AuditRecord> read(long afterSequence, int limit) {
        requireLimit(limit);
        return transactions.read(
                "read the audit record", connection -> new AuditTable(connection).after(afterSequence, limit));
    }

    @Override
    public List<AuditRecord> latest(int limit) {
        requireLimit(limit);
        return transactions.read("read the audit record", connection -> new AuditTable(connection).latest(limit));
    }

    @Override
    public List<AuditRecord> about(Kid kid) {
        return transactions.read("read the audit record", connection -> new AuditTable(connection).about(kid));
    }

    /** The end of the chain as the store knows it: worth keeping elsewhere, and what a check of the whole chain ends at. */
    public AuditChain.Head auditHead() {
        String query = "SELECT sequence, hash FROM audit_head WHERE id = 1";
        return transactions.read("read the audit record", connection -> new AuditTable(connection).head(query));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > RECORDS_MAX) {
            throw new IllegalArgumentException("a limit of " + limit + " is not within 1 to " + RECORDS_MAX);
        }
    }

    /** The authorities' side of it. Closed with this store. */
    public AuthorityRecords authorities() {
        return new JdbcAuthorities(transactions);
    }

    /** What relying parties were sent. Closed with this store. */
    public SecurityEvents securityEvents() {
        return new JdbcSecurityEvents(transactions);
    }

    /** What daemons and watchers need besides. Closed with this store. */
    public JdbcDaemonStore daemons() {
        return new JdbcDaemonStore(transactions);
    }

    @Override
    public void close() {
        transactions.close();
    }
}
