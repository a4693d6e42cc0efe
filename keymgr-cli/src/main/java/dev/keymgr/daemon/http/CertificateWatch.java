package dev.keymgr.daemon.http;

import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes over a renewed certificate. Files that do not go together change nothing and are read again at the next look. That
 * they do not is told once, and only when they have not changed between two looks: before that they may be half written.
 * Called by one thread.
 */
final class CertificateWatch {
    /** More than any chain; what is behind it is not looked at. */
    private static final int BYTES_MAX = 1 << 20;

    private final TlsFiles files;
    private final ReplaceableIdentity identity;
    private final Clock clock;
    private final Consumer<String> troubles;
    private List<Object> used;
    private List<Object> lastSeen;
    private String lastTrouble = "";

    /**
     * Reads the files for the first time.
     *
     * @throws KeymgrException when they cannot be used
     */
    CertificateWatch(TlsFiles files, Clock clock, Consumer<String> troubles) {
        this.files = files;
        this.clock = clock;
        this.troubles = troubles;
        // The stamp first: what changes while it is read is read again.
        this.used = stamp();
        this.lastSeen = used;
        PemIdentity first = PemIdentity.read(files);
        this.identity = new ReplaceableIdentity(first);
        // Not a reason to stay down: rotation must go on, and clients in the same network may not care.
        first.objection(clock.instant()).ifPresent(this::tell);
    }

    ReplaceableIdentity identity() {
        return identity;
    }

    void look() {
        List<Object> stamp = stamp();
        boolean settled = stamp.equals(lastSeen);
        lastSeen = stamp;
        if (stamp.equals(used)) {
            return;
        }
        Optional<String> trouble = tryReplace();
        if (trouble.isEmpty()) {
            used = stamp;
            lastTrouble = "";
        } else if (settled) {
            tell(trouble.get() + "; the one in use stays");
        }
    }

    private Optional<String> tryReplace() {
        try {
            PemIdentity next = PemIdentity.read(files);
            Optional<String> objection = next.objection(clock.instant());
            if (objection.isEmpty()) {
                identity.replace(next);
            }
            return objection;
        } catch (KeymgrException e) {
            return Optional.of(
                    Objects.requireNonNullElse(e.getMessage(), e.code().id()));
        }
    }

    private void tell(String trouble) {
        if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            troubles.accept(trouble);
        }
    }

    private List<Object> stamp() {
        return List.of(stamp(files.certificates()), stamp(files.key()));
    }

    /**
     * The digest of what a link leads to: two writes may come within one tick of the file system's clock, and be of one length.
     * A file that is not there has a stamp too, unlike any other.
     */
    private static Object stamp(Path file) {
        byte[] content = new byte[0];
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(BYTES_MAX);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (IOException e) {
            return "absent";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}
