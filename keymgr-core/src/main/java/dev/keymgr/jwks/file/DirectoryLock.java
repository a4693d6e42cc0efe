package dev.keymgr.jwks.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** One writer at a time in a directory, among threads and processes. */
final class DirectoryLock {
    /** A publication takes milliseconds; whoever holds the lock longer than this hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(2);

    private DirectoryLock() {}

    /** What is done while others wait. */
    interface Action {
        void run() throws IOException;
    }

    /**
     * Waits for the lock and gives it back afterwards; so does the death of the process.
     *
     * @throws IOException when it was not free for {@link #PATIENCE}, or from the action
     */
    static void holding(Path path, Action action) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!isTaken(channel)) {
                if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
                    throw new IOException("another publisher held " + path + " for " + PATIENCE);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            action.run();
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process has it
        }
    }

    /** Makes renames in a directory outlast a power cut. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
