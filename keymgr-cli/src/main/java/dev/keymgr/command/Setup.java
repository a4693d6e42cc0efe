package dev.keymgr.command;

import dev.keymgr.config.HsmConfig;
import dev.keymgr.config.HsmConfig.WhenDown;
import dev.keymgr.config.KeymgrConfig;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.SecretSource;
import dev.keymgr.config.TokenConfig;
import dev.keymgr.hsm.Pin;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes what a configuration names and is not there: PIN files, the simulated HSM's servers, tokens, store, folders. Never
 * overwrites; safe to repeat after a crash.
 */
final class Setup {
    private static final FileAttribute<?> OURS_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> FOLDER_OURS_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Digits that nobody has to type; about 66 bits. */
    private static final int PIN_LENGTH = 20;

    private final Workbench workbench;
    private final KeymgrConfig config;
    private final Machine machine;
    private final Consumer<String> said;

    Setup(Workbench workbench, Machine machine, Consumer<String> said) {
        this.workbench = workbench;
        this.config = workbench.config();
        this.machine = machine;
        this.said = said;
    }

    void run() {
        new SetupLock(config.home()).holding(() -> {
            make();
            return config;
        });
    }

    private void make() {
        startHsm();
        for (ScopeConfig scope : config.scopes().values()) {
            scope.tokens().forEach(this::token);
            scope.directories().forEach(this::folder);
        }
        workbench.migrateStore();
        said.accept("store      ready");
        config.scopes().keySet().forEach(this::authorities);
    }

    /** Before the first key, so that every key has a certificate. */
    private void authorities(ScopeName scope) {
        workbench
                .lifecycle(Progress.NONE)
                .establishAuthorities(scope)
                .forEach(
                        authority -> said.accept("authority  " + authority.kid().prefix() + " of " + scope + " in "
                                + authority.location().token()));
    }

    private void startHsm() {
        if (config.hsm() instanceof HsmConfig.Isolated isolated && isolated.whenDown() == WhenDown.START) {
            List<TokenLabel> labels = config.scopes().values().stream()
                    .flatMap(s -> s.tokens().stream().map(TokenConfig::label))
                    .toList();
            SimulatedHsm.in(machine.installation()).up(config.home(), labels);
            said.accept("HSM        " + labels.size() + " token servers up");
        }
    }

    private void token(TokenConfig token) {
        boolean pinMade = token.pin().kind() == SecretSource.Kind.FILE
                && makePin(Path.of(token.pin().place()));
        Path officer = config.home().resolve("secrets").resolve(token.label() + ".so-pin");
        makePin(officer);
        try (Pin officerPin = workbench.pin("file:" + officer).read();
                Pin userPin = workbench.pin(token.pin().toString()).read()) {
            boolean made = workbench.tokenInitialization().initialize(token.label(), officerPin, userPin);
            if (!made && pinMade) {
                // Nobody can use a PIN that the token does not know, and a wrong try is counted.
                delete(Path.of(token.pin().place()));
                throw new KeymgrException(
                        ErrorCode.TOKEN_LOGIN,
                        "token " + token.label() + " is there, but its PIN file "
                                + token.pin().place() + " was not; nothing was changed; restore that file");
            }
            said.accept("token      " + token.label() + (made ? " made" : " is there"));
        }
    }

    /** A crash on the way leaves at most an unnamed file: the name appears with its whole content. */
    private boolean makePin(Path file) {
        if (Files.exists(file)) {
            return false;
        }
        byte[] digits = new byte[PIN_LENGTH];
        SecureRandom random = machine.random();
        for (int i = 0; i < PIN_LENGTH; i++) {
            digits[i] = (byte) ('0' + random.nextInt(10));
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent(), FOLDER_OURS_ALONE);
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(draft);
            write(draft, digits);
            Files.move(draft, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.TOKEN_LOGIN, "cannot write the PIN file " + file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(digits, (byte) 0);
        }
    }

    static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OURS_ALONE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private void folder(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                said.accept("directory  " + directory + " made");
            }
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.PUBLICATION_FAILED, "cannot make " + directory + ": " + e.getMessage(), e);
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
