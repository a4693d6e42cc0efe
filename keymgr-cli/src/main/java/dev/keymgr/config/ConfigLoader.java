package dev.keymgr.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Reads a configuration file. Takes all of it or nothing, and repairs nothing. Stateless. */
public final class ConfigLoader {
    /** A scope takes under 2 KiB. */
    static final int BYTES_MAX = 1 << 20;

    private ConfigLoader() {}

    /**
     * Reads and checks a file. Looks at nothing else: whether libraries, PINs or folders are there is for those who use
     * them.
     *
     * @throws ConfigException with everything that is wrong
     */
    public static KeymgrConfig load(Path file) {
        Problems problems = new Problems(file);
        if (isWritableByOthers(file)) {
            problems.warn(
                    Position.NOWHERE,
                    "",
                    "every user of this machine may write to it, and so decide which keys are trusted; chmod o-w");
        }
        return decode(bytes(file, problems), problems)
                .flatMap(text -> bind(text, file, problems))
                .orElseThrow(problems::exception);
    }

    /** The same of a text that is, or will be, in a file of that name. */
    static KeymgrConfig parse(String text, Path file) {
        Problems problems = new Problems(file);
        return bind(text, file, problems).orElseThrow(problems::exception);
    }

    private static Optional<KeymgrConfig> bind(String text, Path file, Problems problems) {
        return YamlReader.read(text, problems)
                .flatMap(tree -> new ConfigBinder(problems, file, ConfigHome.of(file)).bind(tree));
    }

    private static byte[] bytes(Path file, Problems problems) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                problems.error(Position.NOWHERE, "", "larger than 1 MiB; this is not a keymgr configuration");
                throw problems.exception();
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw unreadable(file, "it is not there", e);
        } catch (AccessDeniedException e) {
            throw unreadable(file, "access denied", e);
        } catch (IOException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static ConfigException unreadable(Path file, String reason, IOException cause) {
        return ConfigException.because(
                file + " cannot be read: " + reason + "; nothing was started: name another with --config", cause);
    }

    private static Optional<String> decode(byte[] bytes, Problems problems) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
            problems.error(new Position(line, 1), "", "not UTF-8; save the file in that encoding");
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static boolean isWritableByOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            // Not a file of that kind, or not there: reading it says so.
            return false;
        }
    }
}
