package dev.keymgr.jwks.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that is whole and on the disk under a temporary name beside its place. Closing it unrenamed removes it. */
final class StagedFile implements AutoCloseable {
    private static final Set<PosixFilePermission> WORLD_READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private final Path place;
    private final Path temporary;

    private StagedFile(Path place, Path temporary) {
        this.place = place;
        this.temporary = temporary;
    }

    /** The temporary name is always the same: a crash leaves one file about, not one for each crash. */
    static StagedFile write(Path place, byte[] bytes) throws IOException {
        String name = place.getFileName().toString();
        StagedFile staged =
                new StagedFile(place, place.resolveSibling((name.startsWith(".") ? "" : ".") + name + ".tmp"));
        try {
            // Removed and made anew, never opened: it might be a link to somewhere else.
            Files.deleteIfExists(staged.temporary);
            try (FileChannel channel =
                    FileChannel.open(staged.temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                // The process's own mask may be narrower, and web servers run as somebody else.
                Files.setPosixFilePermissions(staged.temporary, WORLD_READABLE);
                channel.force(true);
            }
            return staged;
        } catch (IOException e) {
            staged.close();
            throw e;
        }
    }

    void rename() throws IOException {
        Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(temporary);
    }
}
