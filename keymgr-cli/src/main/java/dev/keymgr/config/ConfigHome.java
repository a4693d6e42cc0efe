package dev.keymgr.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the configuration file: what relative paths in it start from.
 *
 * @param folder absolute
 */
record ConfigHome(Path folder) {

    static ConfigHome of(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        return new ConfigHome(parent == null ? absolute : parent);
    }

    /** The path, absolute; reports one that no file can have. */
    Optional<Path> path(Value value) {
        return value.text().flatMap(text -> path(value, text));
    }

    Optional<Path> path(Value value, String text) {
        if (text.startsWith("~")) {
            return value.refuseValue(text, "absolute or relative to the configuration file: ~ is not expanded");
        }
        try {
            return Optional.of(folder.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return value.refuseValue(text, "a path");
        }
    }

    /** One name for a place however it is reached: with the symbolic links of the part that exists resolved. */
    static String identity(Path path) {
        Path rest = Path.of("");
        for (@Nullable Path there = path; there != null; there = there.getParent()) {
            try {
                if (Files.exists(there)) {
                    return there.toRealPath().resolve(rest).toString();
                }
            } catch (IOException e) {
                // It went away or may not be read: the next folder up will do.
            }
            Path name = there.getFileName();
            rest = name == null ? rest : name.resolve(rest);
        }
        return path.toString();
    }
}
