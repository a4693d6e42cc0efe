package dev.keymgr.hsm.pin;

import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;

/** The first line of a file that nobody else may read. */
final class FilePinSource implements PinSource {
    /** Who may own the file and who may read it. */
    enum Rule {
        /** A file that people make: ours, and mode 0600 or stricter. */
        OURS_ALONE,
        /** A file that the service manager makes for one service: it may stay the manager's, with us as its group. */
        SERVICE_MANAGER
    }

    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> OWNER_AND_GROUP =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_READ);

    private final Path file;
    private final String description;
    private final Rule rule;

    FilePinSource(Path file, String description, Rule rule) {
        this.file = file;
        this.description = description;
        this.rule = rule;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Pin read() {
        try {
            requirePrivate(Files.readAttributes(file, "unix:mode,uid,isRegularFile,permissions"));
            try (InputStream stream = Files.newInputStream(file)) {
                return PinBytes.read(stream, description);
            }
        } catch (NoSuchFileException e) {
            throw PinBytes.unusable(description, "does not exist");
        } catch (IOException e) {
            throw PinBytes.unusable(
                    description, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    @SuppressWarnings("unchecked")
    private void requirePrivate(Map<String, Object> attributes) {
        if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
            throw PinBytes.unusable(description, "is not a regular file");
        }
        Set<PosixFilePermission> permissions = (Set<PosixFilePermission>) attributes.get("permissions");
        if (permissions == null || !(rule == Rule.OURS_ALONE ? OWNER : OWNER_AND_GROUP).containsAll(permissions)) {
            throw PinBytes.unusable(description, "may be used by others; run: chmod 600 " + file);
        }
        if (rule == Rule.OURS_ALONE && !String.valueOf(attributes.get("uid")).equals(Ourselves.uid())) {
            throw PinBytes.unusable(description, "belongs to another user; run: chown " + Ourselves.uid() + " " + file);
        }
    }
}
