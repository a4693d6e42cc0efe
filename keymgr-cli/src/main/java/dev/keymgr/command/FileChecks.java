package dev.keymgr.command;

import dev.keymgr.command.Examination.Check;
import dev.keymgr.command.Examination.Result;
import dev.keymgr.config.DaemonConfig;
import dev.keymgr.config.KeymgrConfig;
import dev.keymgr.config.SecretSource;
import dev.keymgr.config.StoreConfig;
import dev.keymgr.config.TokenConfig;
import dev.keymgr.daemon.http.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that let others sign, serve or decide in the place of keymgr: secrets that they can read, and documents, a store or
 * a configuration that they can write. A file that is not there is no concern of this check.
 */
final class FileChecks {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final List<String> open = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    private FileChecks() {}

    static Check run(KeymgrConfig config) {
        FileChecks checks = new FileChecks();
        checks.examine(config);
        if (!checks.open.isEmpty()) {
            return new Check("files", Result.failed, String.join("; ", checks.open));
        }
        return checks.unknown.isEmpty()
                ? new Check("files", Result.ok, "no secret that others can read, nothing of ours that all can write")
                : new Check("files", Result.unknown, String.join("; ", checks.unknown));
    }

    private void examine(KeymgrConfig config) {
        writable(config.file());
        if (config.store() instanceof StoreConfig.Sqlite sqlite) {
            writable(sqlite.file());
        }
        config.scopes().values().forEach(scope -> scope.directories().forEach(this::writable));
        Stream.concat(
                        config.scopes().values().stream()
                                .flatMap(s -> s.tokens().stream().map(TokenConfig::pin)),
                        config.daemon().webhooks().stream().map(DaemonConfig.Webhook::secret))
                .filter(secret -> secret.kind() == SecretSource.Kind.FILE)
                .forEach(secret -> look(Path.of(secret.place()), FileChecks::objectionToSecret));
        config.daemon().tls().ifPresent(tls -> look(tls.key(), KeyFile::objection));
    }

    private void writable(Path file) {
        look(
                file,
                path -> Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)
                        ? Optional.of("may be written by anyone; run: chmod o-w " + path)
                        : Optional.empty());
    }

    private static Optional<String> objectionToSecret(Path file) throws IOException {
        return OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))
                ? Optional.empty()
                : Optional.of("may be used by others; run: chmod 600 " + file);
    }

    /** Asks for the mode of a file and what is wrong with it. */
    private interface Question {
        Optional<String> ask(Path file) throws IOException;
    }

    private void look(Path file, Question question) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            question.ask(file).ifPresent(fault -> open.add(file + " " + fault));
        } catch (IOException | UnsupportedOperationException e) {
            unknown.add(file + " cannot be asked for its mode (" + e.getClass().getSimpleName() + ")");
        }
    }
}
