package dev.keymgr.command;

import dev.keymgr.config.HsmConfig;
import dev.keymgr.config.HsmConfig.WhenDown;
import dev.keymgr.config.KeymgrConfig;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.TokenConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
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
        boolean made = new TokenSetup(config.home(), workbench.tokenInitialization(), workbench::pin, machine.random())
                .make(token);
        said.accept("token      " + token.label() + (made ? " made" : " is there"));
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
}
