package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;

/** One file, any number of processes on one machine. Result codes: sqlite.org/rescode.html. */
final class SqliteDialect implements Dialect {
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int IO_ERROR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    /** SQLITE_IOERR_SHMSIZE: no room for the index of the write-ahead log, which the first reader makes. */
    private static final int NO_ROOM_FOR_SHARED_MEMORY = 4_874;

    private static final int CANNOT_OPEN = 14;
    private static final int CONSTRAINT = 19;
    private static final int NOT_A_DATABASE = 26;
    /** SQLITE_OPEN_READWRITE without CREATE: a store that vanished is not silently begun anew. */
    private static final String OPEN_EXISTING = "2";

    /** SQLITE_OPEN_READONLY and SQLITE_OPEN_URI. */
    private static final String READ_ONLY_BY_URI = "65";

    private static final String AS_IT_LIES = "?immutable=1";

    private static final Duration MIGRATION_PATIENCE = Duration.ofSeconds(30);

    private final StoreSettings.Sqlite settings;
    private final Clock clock;

    SqliteDialect(StoreSettings.Sqlite settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Connection connect(Use use) throws SQLException {
        if (!Files.exists(settings.file())) {
            throw new KeymgrException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "there is no store at " + settings.file()
                            + "; nothing was written; restore it from a backup if it had"
                            + " keys; for a first one: keymgr init");
        }
        Connection connection = driver().connect("jdbc:sqlite:" + settings.file(), properties(use));
        if (use == Use.READ) {
            try {
                execute(connection, "PRAGMA query_only = 1");
                execute(connection, "SELECT 1 FROM sqlite_master LIMIT 1");
            } catch (SQLException e) {
                connection.close();
                if (isWholeWithoutItsLog(e)) {
                    return asItLies();
                }
                throw e;
            }
        }
        return connection;
    }

    /**
     * A reader makes the index of the log beside the file, and on a full or a read-only disk it cannot. Where there is no log,
     * nobody has the file open, and it is whole as it lies.
     */
    private boolean isWholeWithoutItsLog(SQLException failure) {
        boolean cannotMakeTheIndex = switch (code(failure)) {
            case READ_ONLY, CANNOT_OPEN, FULL, NO_ROOM_FOR_SHARED_MEMORY -> true;
            default -> false;
        };
        try {
            Path file = settings.file().toRealPath();
            Path log = file.resolveSibling(file.getFileName() + "-wal");
            return cannotMakeTheIndex && (!Files.exists(log) || Files.size(log) == 0);
        } catch (IOException e) {
            return false;
        }
    }

    private Connection asItLies() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("open_mode", READ_ONLY_BY_URI);
        Connection connection =
                driver().connect("jdbc:sqlite:file:" + settings.file().toUri().getRawPath() + AS_IT_LIES, properties);
        try {
            execute(connection, "SELECT 1 FROM sqlite_master LIMIT 1");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** What others write meanwhile is not seen by one that takes the file as it lies. */
    @Override
    public boolean mayBeKept(Connection connection) throws SQLException {
        return !connection.getMetaData().getURL().endsWith(AS_IT_LIES);
    }

    /** By name: DriverManager would load every driver there is, and a short command waits for that. */
    private static Driver driver() throws SQLException {
        try {
            return Class.forName("org.sqlite.JDBC")
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the SQLite driver (sqlite-jdbc) is not on the class path", e);
        }
    }

    private Properties properties(Use use) {
        Properties properties = new Properties();
        properties.setProperty("open_mode", OPEN_EXISTING);
        properties.setProperty("busy_timeout", Long.toString(settings.patience().toMillis()));
        properties.setProperty("foreign_keys", "true");
        if (use != Use.READ) {
            properties.setProperty("journal_mode", "WAL");
            // FULL: a commit has reached the disk when it returns, also through a power cut.
            properties.setProperty("synchronous", "FULL");
        }
        return properties;
    }

    /**
     * Transactions are begun and ended by statement: through JDBC this driver follows each commit with the begin of the
     * next transaction at once, so that an idle writer would keep all others out, and a commit that happened could be
     * reported as failed. A writer's is IMMEDIATE: a deferred one fails unwaited when it turns from reading to writing
     * behind another writer.
     */
    @Override
    public void begin(Connection connection, Use use) throws SQLException {
        execute(connection, use == Use.READ ? "BEGIN DEFERRED" : "BEGIN IMMEDIATE");
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public String place() {
        return settings.file().toString();
    }

    @Override
    public String migrations() {
        return "dev/keymgr/store/sqlite";
    }

    @Override
    public String isInitializedQuery() {
        return "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + Schema.HISTORY + "'";
    }

    /** The transaction has the only right to write since it began. */
    @Override
    public String headQuery() {
        return "SELECT sequence, hash FROM audit_head WHERE id = 1";
    }

    @Override
    public Trouble troubleOf(SQLException failure) {
        return switch (code(failure)) {
            case BUSY, LOCKED -> Trouble.BUSY;
            case READ_ONLY -> Trouble.READ_ONLY;
            case FULL, NO_ROOM_FOR_SHARED_MEMORY -> Trouble.FULL;
            case CORRUPT, NOT_A_DATABASE -> Trouble.CORRUPT;
            case CANNOT_OPEN -> Trouble.UNREACHABLE;
            case CONSTRAINT -> Trouble.REFUSED;
            default -> Trouble.OTHER;
        };
    }

    /** Only when the disk failed: every other refusal of a commit is made before it counts. */
    @Override
    public boolean leavesCommitOpen(SQLException failure) {
        return code(failure) == IO_ERROR;
    }

    /** The code of a batch lies in its cause. */
    private static int code(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
                return sql.getErrorCode();
            }
        }
        return 0;
    }

    @Override
    public Duration patience() {
        return settings.patience();
    }

    @Override
    public ScopeLocks locks() {
        return new FileScopeLocks(settings.file(), clock);
    }

    @Override
    public void alone(Runnable migration) {
        try (LockFile held = prepare()) {
            if (!held.isMine()) {
                throw new KeymgrException(
                        ErrorCode.STORE_UNAVAILABLE,
                        "the store " + place() + " is being prepared by " + held.holder()
                                + "; nothing was written; wait for it to finish and run the command again");
            }
            migration.run();
        }
    }

    private LockFile prepare() {
        try {
            create();
            Path real = settings.file().toRealPath();
            return LockFile.waitFor(real.resolveSibling(real.getFileName() + ".migration"), MIGRATION_PATIENCE, clock);
        } catch (IOException | UncheckedIOException e) {
            throw new KeymgrException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "could not create the store " + place() + " (" + e.getMessage()
                            + "); nothing was written; give this user the right to write its directory",
                    e);
        }
    }

    /** An empty file of the owner alone: SQLite gives its -wal and -shm files the same mode. */
    private void create() throws IOException {
        Path directory = settings.file().getParent();
        if (directory != null) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        try {
            Files.createFile(
                    settings.file(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // Made before, perhaps by a run that was killed: the migrator goes on with it.
        }
    }
}
