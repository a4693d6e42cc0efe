package dev.keymgr.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** What differs between the databases. Safe for many threads. */
sealed interface Dialect permits SqliteDialect, PostgresDialect {
    /** What a connection is for. */
    enum Use {
        READ,
        WRITE,
        MIGRATE
    }

    /**
     * A new connection on which no transaction has begun; a READ one can only read.
     *
     * @throws SQLException as the driver says it; {@link #troubleOf} tells what it means
     */
    Connection connect(Use use) throws SQLException;

    /** Whether a connection goes on seeing what others write, so that it may be used again. */
    default boolean mayBeKept(Connection connection) throws SQLException {
        return true;
    }

    /** Begins a transaction: a reader's sees one snapshot, a writer's may write. */
    void begin(Connection connection, Use use) throws SQLException;

    /** Ends it, durable on return, and begins no other. */
    void commit(Connection connection) throws SQLException;

    /** Ends it undone, and begins no other. */
    void rollback(Connection connection) throws SQLException;

    /** The store as a person knows it: a path or an address, without secrets. */
    String place();

    /** Class path folder of the migrations. */
    String migrations();

    /** Gives one row, a number above 0 when the store was ever initialized. */
    String isInitializedQuery();

    /** Reads the end of the audit chain and keeps other writers from it until the transaction ends. */
    String headQuery();

    Trouble troubleOf(SQLException failure);

    /** Whether a commit that failed so may have happened nonetheless. */
    boolean leavesCommitOpen(SQLException failure);

    /** How long a statement waits for another writer. */
    Duration patience();

    ScopeLocks locks();

    /** Runs a migration in a place made ready for it, no other process migrating at the same time. */
    void alone(Runnable migration);
}
