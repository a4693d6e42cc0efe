package dev.keymgr.command;

import dev.keymgr.command.Examination.Check;
import dev.keymgr.command.Examination.Result;
import dev.keymgr.config.KeymgrConfig;
import dev.keymgr.daemon.Daemon;
import dev.keymgr.daemon.Hangup;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs until it is stopped. */
@Command(
        name = "daemon",
        mixinStandardHelpOptions = true,
        description = {
            "Rotates keys on schedule, says when that fails, and serves the documents, the dashboard and the metrics over"
                    + " HTTP. Ends in order at SIGTERM; takes a changed configuration at SIGHUP, unless it is not sound.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr daemon",
            "  keymgr daemon --name keymgr-1",
            "  curl http://127.0.0.1:8470/consumer/jwks.json"
        })
final class DaemonCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "What it is called among several daemons on one store; the host and the configuration file by default.")
    private @Nullable String name;

    @Option(
            names = "--until-eof",
            hidden = true,
            description = "End when standard input does: for whoever starts it and must not leave it behind.")
    private boolean untilEof;

    @Override
    public Integer call() throws InterruptedException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        if (name != null && name.isBlank()) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "--name is blank; leave it out, or give this daemon one; nothing was started");
        }
        Path file = root.machine().locate(root.configArgument());
        String called = name == null ? host(root.machine().user()) + ":" + file.toAbsolutePath() : name;
        Daemon daemon =
                new Daemon(() -> safe(root, file), called, UUID.randomUUID().toString(), Version.ofThisJar());
        Thread end = new Thread(daemon::close, "keymgr-end");
        Hangup.run(daemon::reload);
        String address = daemon.start();
        Runtime.getRuntime().addShutdownHook(end);
        if (untilEof) {
            endWithInput(root.terminal().in(), daemon);
        }
        root.terminal().say("keymgr daemon " + called + " listens at " + address + "; dashboard: " + address + "/");
        daemon.await();
        return ExitCodes.DONE;
    }

    private static void endWithInput(InputStream input, Daemon daemon) {
        Thread watch = new Thread(
                () -> {
                    try {
                        input.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // as good as its end
                    }
                    daemon.close();
                },
                "keymgr-input");
        watch.setDaemon(true);
        watch.start();
    }

    private static String host(String user) {
        return user.substring(user.indexOf('@') + 1);
    }

    /** Looked at anew with each configuration: one that names a file open to others is not taken at SIGHUP either. */
    private static Workbench safe(KeymgrCommand root, Path file) {
        Workbench opened = root.fresh(file);
        try {
            requireSafe(root, opened.config());
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /**
     * A process whose memory others can read is not one to hold PINs in, and files that others can change are not ones to
     * act on. What doctor only notes, or cannot tell, is said and no reason to stay down.
     */
    private static void requireSafe(KeymgrCommand root, KeymgrConfig config) {
        for (Check check : Stream.concat(ProcessChecks.memory().stream(), Stream.of(FileChecks.run(config)))
                .toList()) {
            if (check.result() == Result.failed) {
                throw new KeymgrException(
                        ErrorCode.CHECK_FAILED, check.name() + ": " + check.says() + "; the daemon was not started");
            }
            if (check.result() != Result.ok) {
                root.terminal().say("warning: " + check.name() + ": " + check.says());
            }
        }
    }
}
