package dev.keymgr.command;

import dev.keymgr.config.SecretSource;
import dev.keymgr.config.TokenConfig;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.hsm.TokenInitialization;
import dev.keymgr.hsm.TokenInitialization.Progress;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.TokenLabel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Makes one token and the files of its PINs. A file comes before the token that takes the PIN, or a crash would leave a token
 * that nobody can open; and never beside a token that has a PIN, which would be tried, and tokens count wrong tries and lock.
 */
final class TokenSetup {
    private static final FileAttribute<?> FOLDER_OURS_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Digits that nobody has to type; about 66 bits. */
    private static final int PIN_LENGTH = 20;

    private final Path home;
    private final TokenInitialization tokens;
    private final Function<String, PinSource> sources;
    private final SecureRandom random;

    TokenSetup(Path home, TokenInitialization tokens, Function<String, PinSource> sources, SecureRandom random) {
        this.home = home;
        this.tokens = tokens;
        this.sources = sources;
        this.random = random;
    }

    /**
     * Makes it unless it is there.
     *
     * @return whether it was made
     * @throws KeymgrException TOKEN_LOGIN when it has a PIN whose file is not there; nothing was changed
     */
    boolean make(TokenConfig token) {
        TokenLabel label = token.label();
        Path officer = home.resolve("secrets").resolve(label + ".so-pin");
        Progress progress = tokens.progress(label); // where it cannot be asked, no file is made
        if (progress == Progress.DONE) {
            requirePinFile(token);
            sources.apply(token.pin().toString()).read().close();
            return false;
        }
        if (progress == Progress.WITHOUT_USER_PIN && !Files.exists(officer)) {
            throw new KeymgrException(
                    ErrorCode.TOKEN_LOGIN,
                    "token " + label + " has no user PIN yet, and the file with the PIN of its security officer, "
                            + officer + ", is not there; nothing was changed; restore that file");
        }
        List<Path> made = new ArrayList<>();
        try {
            // A crash from here on leaves files that the token, which has no such PIN yet, takes in the next run.
            if (isFile(token)) {
                makePin(Path.of(token.pin().place()), made);
            }
            makePin(officer, made);
            // A crash after the token took one of them: its file is on the disk.
            if (initialize(token, officer)) {
                return true;
            }
        } catch (RuntimeException e) {
            takeBack(label, officer, made, e);
            throw e;
        }
        made.forEach(TokenSetup::delete); // somebody elsewhere was faster; the token has his PINs
        requirePinFile(token);
        return false;
    }

    private boolean initialize(TokenConfig token, Path officer) {
        try (Pin officerPin = sources.apply("file:" + officer).read();
                Pin userPin = sources.apply(token.pin().toString()).read()) {
            return tokens.initialize(token.label(), officerPin, userPin);
        }
    }

    private static boolean isFile(TokenConfig token) {
        return token.pin().kind() == SecretSource.Kind.FILE;
    }

    private static void requirePinFile(TokenConfig token) {
        if (isFile(token) && !Files.exists(Path.of(token.pin().place()))) {
            throw new KeymgrException(
                    ErrorCode.TOKEN_LOGIN,
                    "token " + token.label() + " is there, but its PIN file "
                            + token.pin().place() + " was not; nothing was changed; restore that file");
        }
    }

    /** Removes the files that we made and whose PIN the token did not take. */
    private void takeBack(TokenLabel label, Path officer, List<Path> made, RuntimeException why) {
        try {
            Progress reached = tokens.progress(label);
            for (Path file : made) {
                if (reached == Progress.NOT_BEGUN || (reached == Progress.WITHOUT_USER_PIN && !file.equals(officer))) {
                    delete(file);
                }
            }
        } catch (KeymgrException e) {
            // It may have taken them, and nobody could open it without. If it did not, the next run gives it these.
            why.addSuppressed(e);
        }
    }

    /** A crash on the way leaves at most an unnamed file: the name appears with its whole content. */
    private void makePin(Path file, List<Path> made) {
        if (Files.exists(file)) {
            return;
        }
        byte[] digits = new byte[PIN_LENGTH];
        for (int i = 0; i < PIN_LENGTH; i++) {
            digits[i] = (byte) ('0' + random.nextInt(10));
        }
        try {
            Path folder = Files.createDirectories(file.toAbsolutePath().getParent(), FOLDER_OURS_ALONE);
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(draft);
            Setup.write(draft, digits);
            Files.move(draft, file);
            made.add(file);
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true); // or a power cut would take the name and leave the token
            }
        } catch (FileAlreadyExistsException e) {
            // written by hand meanwhile
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.TOKEN_LOGIN, "cannot write the PIN file " + file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(digits, (byte) 0);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new KeymgrException(ErrorCode.TOKEN_LOGIN, "cannot remove " + file + ": " + e.getMessage(), e);
        }
    }
}
