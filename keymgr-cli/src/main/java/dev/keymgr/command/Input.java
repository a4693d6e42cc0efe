package dev.keymgr.command;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file, or standard input for {@code -} and for nothing. */
final class Input {
    private Input() {}

    static InputStream open(KeymgrCommand root, @Nullable Path file) {
        if (file == null || file.toString().equals("-")) {
            return root.terminal().in();
        }
        try {
            return Files.newInputStream(root.machine().directory().resolve(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** All of it, if it is no longer than a bound in bytes. */
    static byte[] read(KeymgrCommand root, @Nullable Path file, int bytesMax) {
        try (InputStream in = open(root, file)) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                throw new KeymgrException(
                        ErrorCode.USAGE, "the input is longer than " + bytesMax + " bytes; nothing was done with it");
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Refuses an answer that says nothing, where it is recorded for others to read. */
    static void requireText(String option, String text) {
        if (text.isBlank()) {
            throw new KeymgrException(
                    ErrorCode.USAGE, option + " '" + text + "' is blank; say it in words, they are recorded");
        }
    }

    /** An instant in UTC or with an offset; empty when the text is none. */
    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static KeymgrException unreadable(@Nullable Path file, IOException e) {
        return new KeymgrException(
                ErrorCode.USAGE, "cannot read " + (file == null ? "standard input" : file) + ": " + e.getMessage(), e);
    }
}
