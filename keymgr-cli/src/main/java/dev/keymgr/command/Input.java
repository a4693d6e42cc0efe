package dev.keymgr.command;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
        Path path = root.machine().directory().resolve(file);
        if (Files.isDirectory(path)) {
            throw new KeymgrException(ErrorCode.USAGE, "cannot read " + file + ": it is a folder; name a file");
        }
        try {
            return Files.newInputStream(path);
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

    /** Refuses an answer that says nothing, or more than one line, where it is recorded for others to read. */
    static void requireText(String option, @Nullable String text) {
        if (text == null) {
            throw new KeymgrException(
                    ErrorCode.USAGE, option + " is missing; say it in words, they are recorded; nothing was changed");
        }
        if (text.isBlank()) {
            throw new KeymgrException(
                    ErrorCode.USAGE, option + " '" + text + "' is blank; say it in words, they are recorded");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    option + " has a line end or another control character; say it in one line; nothing was changed");
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
        String why = e instanceof NoSuchFileException
                ? "there is no such file"
                : e instanceof AccessDeniedException ? "this user may not" : String.valueOf(e.getMessage());
        return new KeymgrException(
                ErrorCode.USAGE, "cannot read " + (file == null ? "standard input" : file) + ": " + why, e);
    }
}
