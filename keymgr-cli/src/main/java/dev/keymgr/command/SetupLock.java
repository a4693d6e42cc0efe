package dev.keymgr.command;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * One at a time sets up a folder, among threads and processes: of two, the second waits and finds everything there. The kernel
 * frees the lock when its holder dies; the file stays, and is empty.
 */
final class SetupLock {
    /** Tokens and tables take seconds; whoever is longer at it fetches software. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Path folder;
    private final Duration patience;

    SetupLock(Path folder) {
        this(folder, PATIENCE);
    }

    SetupLock(Path folder, Duration patience) {
        this.folder = folder;
        this.patience = patience;
    }

    /**
     * Does the work while no other has the lock; makes the folder where there is none.
     *
     * @throws KeymgrException SCOPE_BUSY when another had it for the whole of our patience; nothing was done
     */
    <T> T holding(Supplier<T> work) {
        try (FileChannel channel = open()) {
            long end = System.nanoTime() + patience.toNanos();
            while (!isTaken(channel)) {
                if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                    throw new KeymgrException(
                            ErrorCode.SCOPE_BUSY,
                            folder + " is being set up by another process; nothing was changed; wait for it to finish"
                                    + " and run the command again");
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            return work.get();
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.CONFIG_INVALID, "cannot lock " + folder + " to set it up: " + e.getMessage(), e);
        }
    }

    private FileChannel open() throws IOException {
        if (!Files.isDirectory(folder)) { // it may be a link to one, which createDirectories of Java 17 refuses
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return FileChannel.open(
                folder.resolve(".init.lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process has it
        }
    }
}
