package dev.keymgr.store.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * One try at a lock that the kernel frees when this process dies. The file stays and holds the name of its holder.
 *
 * <p>The kernel gives such locks to processes, not threads, and takes one back as soon as the process closes <em>any</em>
 * channel on the file, be it only one opened to look. Hence the one table of the whole process: where it names a holder,
 * the file is not even opened.
 */
final class LockFile implements AutoCloseable {
    private static final ConcurrentMap<Path, LockFile> HELD = new ConcurrentHashMap<>();
    private static final int HOLDER_BYTES_MAX = 256;

    private final Path file;
    private final String self;
    private String holder = "another process";
    private @Nullable FileChannel channel;

    private LockFile(Path file, String self) {
        this.file = file;
        this.self = self;
    }

    /** Tries until it is got or patience is over; {@link #isMine} tells which. */
    static LockFile waitFor(Path file, Duration patience, Clock clock) {
        long began = System.nanoTime();
        LockFile attempt = once(file, clock);
        while (!attempt.isMine() && ScopeLocks.pause(began, patience)) {
            attempt = once(file, clock);
        }
        return attempt;
    }

    private static LockFile once(Path file, Clock clock) {
        LockFile mine =
                new LockFile(file, Self.current() + " since " + clock.instant().truncatedTo(ChronoUnit.SECONDS));
        LockFile winner = HELD.computeIfAbsent(file, path -> mine.acquire() ? mine : null);
        if (winner != null && winner != mine) {
            mine.holder = winner.self;
        }
        return mine;
    }

    boolean isMine() {
        return channel != null;
    }

    /** Who has it, for a person. */
    String holder() {
        return isMine() ? self : holder;
    }

    /** Runs while the table is held for this file: no other thread opens or closes it meanwhile. */
    private boolean acquire() {
        try {
            FileChannel opened = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                if (opened.tryLock() == null) {
                    holder = read(opened);
                    opened.close();
                    return false;
                }
                opened.truncate(0);
                opened.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.UTF_8)), 0);
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
            channel = opened;
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty when the holder has only just got it. */
    private static String read(FileChannel opened) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HOLDER_BYTES_MAX);
        opened.read(bytes, 0);
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        return text.isBlank() ? "another process" : text;
    }

    @Override
    public void close() {
        HELD.computeIfPresent(file, (path, held) -> held == this ? release() : held);
    }

    private @Nullable LockFile release() {
        FileChannel last = channel;
        channel = null;
        if (last != null) {
            // Closing frees the lock whatever happens to the name in it: an interrupted thread cannot wipe that.
            try (last) {
                last.truncate(0);
            } catch (IOException e) {
                return null;
            }
        }
        return null;
    }
}
