package dev.keymgr.jwks.file;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one scope's key set to {@code jwks.json} in a directory of its own, for a web server to hand out. For many threads,
 * and for many processes with one instance each: they take turns by a file lock. A missing directory is not made, since a mount that has vanished would
 * be papered over. Files are readable by everyone.
 */
public final class DirectorySink implements JwksSink {
    static final String DOCUMENT = "jwks.json";
    static final String FENCE = ".keymgr-publication.json";
    static final String SEQUENCE = ".keymgr-signed-sequence";
    static final String LOCK = ".keymgr-publication.lock";

    /** Far above any document of ours; a larger file was put there by someone else and is not read whole. */
    private static final int READ_BYTES_MAX = 1 << 20;

    private final Path directory;

    public DirectorySink(Path directory) {
        this.directory = directory;
    }

    @Override
    public String description() {
        return "directory " + directory;
    }

    @Override
    public synchronized void publish(JwksDocument document) {
        if (!Files.isDirectory(directory)) {
            throw failed(
                    document, "there is no such directory; mount it, or make it with: mkdir -p " + directory, null);
        }
        try {
            DirectoryLock.holding(directory.resolve(LOCK), () -> {
                Fence standing = fence().orElse(null);
                requireOurs(document, standing);
                requireNotBelow(document, standing);
                replace(document, standing);
            });
        } catch (IOException e) {
            throw failed(document, e + "; mend the directory and publish again", e);
        }
    }

    @Override
    public synchronized void publish(ScopeName scope, long sequence, Map<String, byte[]> files) {
        try {
            DirectoryLock.holding(directory.resolve(LOCK), () -> {
                requireOurs(scope);
                Path mark = directory.resolve(SEQUENCE);
                long standing = read(mark).map(DirectorySink::number).orElse(0L);
                if (standing > sequence) {
                    return;
                }
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    // Crash here: some files are new, the mark is old; the next publication writes the others.
                    put(file.getKey(), file.getValue());
                }
                put(SEQUENCE, Long.toString(sequence).getBytes(StandardCharsets.US_ASCII));
            });
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.PUBLICATION_FAILED,
                    "the signed documents of scope " + scope + " were not written to " + directory + ": " + e
                            + "; those that stand there are served on; mend the directory and publish again",
                    e);
        }
    }

    /** Goes by the record of the plain document, unless it is damaged: a revocation does not wait until that is mended. */
    private void requireOurs(ScopeName scope) throws IOException {
        Fence standing;
        try {
            standing = read(directory.resolve(FENCE)).map(Fence::parse).orElse(null);
        } catch (IllegalArgumentException e) {
            return;
        }
        if (standing != null && !standing.scope().equals(scope)) {
            throw new IOException(
                    "the directory belongs to scope " + standing.scope() + "; give each scope a directory of its own");
        }
    }

    /** Leaves alone what stands already. */
    private void put(String name, byte[] bytes) throws IOException {
        Path path = directory.resolve(name);
        if (read(path).filter(standing -> Arrays.equals(standing, bytes)).isPresent()) {
            return;
        }
        try (StagedFile staged = StagedFile.write(path, bytes)) {
            staged.rename();
            DirectoryLock.force(directory);
        }
    }

    /** A mark that is damaged keeps nothing out: whoever reads a document holds its own sequence against the last. */
    private static long number(byte[] text) {
        try {
            return Long.parseLong(new String(text, StandardCharsets.US_ASCII).strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public Optional<byte[]> current(ScopeName scope) {
        try {
            Optional<Fence> fence = fence();
            if (fence.isPresent() && !fence.get().scope().equals(scope)) {
                return Optional.empty();
            }
            return read(directory.resolve(DOCUMENT));
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.PUBLICATION_FAILED,
                    "cannot read the key set in " + directory + ": " + e + "; what verifiers see is not known; mend it",
                    e);
        }
    }

    private void requireOurs(JwksDocument document, @Nullable Fence standing) {
        if (standing == null && Files.exists(directory.resolve(DOCUMENT))) {
            throw failed(
                    document,
                    "a " + DOCUMENT + " stands there that was not written here; move it away if it may be replaced",
                    null);
        }
        if (standing != null && !standing.scope().equals(document.scope())) {
            throw failed(
                    document,
                    "the directory belongs to scope " + standing.scope() + "; give each scope a directory of its own",
                    null);
        }
    }

    private void requireNotBelow(JwksDocument document, @Nullable Fence standing) {
        if (standing == null) {
            return;
        }
        int order = document.number().compareTo(standing.number());
        if (order < 0) {
            throw failed(
                    document,
                    "publication " + standing.number()
                            + " stands there already, which is later; read the inventory anew",
                    null);
        }
        if (order == 0 && !document.etag().equals(standing.etag())) {
            throw failed(
                    document,
                    "a publication of the same number with other bytes was written there; look for a second store",
                    null);
        }
    }

    /**
     * Both files are whole and on the disk under other names before the first one is renamed, so a full disk shows before
     * anything has changed. The fence goes first: raised too early it keeps out only what is outdated, raised too late it
     * would let an outdated publisher write over a newer document.
     */
    private void replace(JwksDocument document, @Nullable Fence standing) throws IOException {
        Path path = directory.resolve(DOCUMENT);
        boolean stands = standing != null
                && standing.equals(Fence.of(document))
                && read(path)
                        .map(JwksDocument::etagOf)
                        .filter(document.etag()::equals)
                        .isPresent();
        if (!stands) {
            try (StagedFile bytes = StagedFile.write(path, document.bytes());
                    StagedFile fence = StagedFile.write(
                            directory.resolve(FENCE), Fence.of(document).render())) {
                // Crash here: the old document and the old fence stand; two temporary files lie about, which the next
                // publication overwrites.
                fence.rename();
                DirectoryLock.force(directory);
                // Crash here: the fence is at this number, the old document stands. Publishing the same document again
                // finds other bytes than the fence's and comes here once more; so does any later one.
                bytes.rename();
            }
        }
        // Crash here: readers see the new document; after a power cut perhaps the old one, as above.
        DirectoryLock.force(directory);
    }

    private Optional<Fence> fence() throws IOException {
        Path path = directory.resolve(FENCE);
        try {
            return read(path).map(Fence::parse);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + " is damaged; if nobody else publishes there, remove it and " + DOCUMENT, e);
        }
    }

    private static Optional<byte[]> read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Optional.of(in.readNBytes(READ_BYTES_MAX));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private KeymgrException failed(JwksDocument document, String why, @Nullable Throwable cause) {
        return new KeymgrException(
                ErrorCode.PUBLICATION_FAILED,
                "document " + document.number() + " of scope " + document.scope() + " was not written to " + directory
                        + "; what stood there stands: " + why,
                cause);
    }
}
