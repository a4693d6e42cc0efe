package dev.keymgr.command;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * The mark in the folder of a drill: a file that its process holds locked and removes at its end. The kernel lets go of the lock
 * when the process dies, so a mark that nobody holds is that of a drill which was killed, whoever has its process number now.
 */
final class DrillMark implements AutoCloseable {
    /** Of the folders that nobody named. */
    static final String PREFIX = "keymgr-drill-";

    /** Sorts before every other name in the folder: who removes that from its end removes the mark last. */
    private static final String NAME = ".drill.lock";

    private final Path file;
    private final FileChannel held;

    private DrillMark(Path file, FileChannel held) {
        this.file = file;
        this.held = held;
    }

    /** Marks a new folder. A crash before the end leaves a folder in which nothing runs. */
    static DrillMark set(Path folder) throws IOException {
        Path draft = folder.resolve(NAME + ".new");
        FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException(draft + " is locked by another process");
            }
            Path mark = folder.resolve(NAME);
            Files.move(draft, mark, StandardCopyOption.ATOMIC_MOVE); // locked before anybody can find it
            return new DrillMark(mark, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether a drill was killed there. Not to be asked of a folder whose mark this process holds: asking lets go of it. */
    static boolean isAbandoned(Path folder) {
        try (FileChannel channel = FileChannel.open(folder.resolve(NAME), StandardOpenOption.WRITE)) {
            return isFree(channel);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Has every folder cleared that a killed drill of the same user left. Of two that sweep at once each folder is one's.
     *
     * @param own the folder of the drill under way, which tells the user
     */
    static void sweep(Path parent, Path own, Consumer<Path> clear) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                try {
                    clearIfAbandoned(folder, own, clear);
                } catch (NoSuchFileException e) {
                    // it went while we looked: its drill has ended
                }
            }
        }
    }

    private static void clearIfAbandoned(Path folder, Path own, Consumer<Path> clear) throws IOException {
        // Others may make folders here too, and what lies in theirs is not to be believed.
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && !Files.isSameFile(folder, own)
                && Files.getOwner(folder).equals(Files.getOwner(own))
                && Files.exists(folder.resolve(NAME))) {
            try (FileChannel channel = FileChannel.open(folder.resolve(NAME), StandardOpenOption.WRITE)) {
                if (isFree(channel)) {
                    clear.accept(folder);
                }
            }
        }
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another drill of this process
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        held.close();
    }
}
