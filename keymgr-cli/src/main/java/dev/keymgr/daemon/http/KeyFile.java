package dev.keymgr.daemon.http;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who may use the file of a TLS key: the same people who may use the file of a PIN. */
public final class KeyFile {
    private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rw-------");

    /** Of the program that renews it, such as the service manager: we are its group. */
    private static final Set<PosixFilePermission> LENT = PosixFilePermissions.fromString("rw-r-----");

    private KeyFile() {}

    /**
     * What is wrong with a file's mode: of a file that is ours anything beyond 0600, of another's anything beyond 0640.
     *
     * @throws IOException when it cannot be asked
     */
    @SuppressWarnings("unchecked")
    public static Optional<String> objection(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,permissions");
        boolean ours = String.valueOf(attributes.get("uid")).equals(Long.toString(new UnixSystem().getUid()));
        Set<PosixFilePermission> permissions = (Set<PosixFilePermission>) attributes.get("permissions");
        return permissions != null && (ours ? OURS : LENT).containsAll(permissions)
                ? Optional.empty()
                : Optional.of("may be used by others; run: chmod " + (ours ? "600 " : "640 ") + file);
    }
}
