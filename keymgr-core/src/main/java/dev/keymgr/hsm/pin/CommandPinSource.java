package dev.keymgr.hsm.pin;

import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The first line that a command prints. It is run without a shell; its standard error is ours. */
final class CommandPinSource implements PinSource {
    /** Enough for a person to touch a security key, short enough that a daemon does not hang. */
    private static final int SECONDS_MAX = 30;

    private final List<String> command;
    private final Path directory;

    CommandPinSource(List<String> command, Path directory) {
        this.command = List.copyOf(command);
        this.directory = directory;
    }

    /** Names the program alone: its arguments might be telling. */
    @Override
    public String description() {
        return "command " + command.get(0);
    }

    @Override
    public Pin read() {
        Process process = start();
        try {
            process.getOutputStream().close();
            // A PIN fits into the pipe; a command that fills it is stopped by the clock.
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                throw PinBytes.unusable(description(), "did not end within " + SECONDS_MAX + " s");
            }
            if (process.exitValue() != 0) {
                throw PinBytes.unusable(description(), "ended with exit code " + process.exitValue());
            }
            try (InputStream output = process.getInputStream()) {
                return PinBytes.read(output, description());
            }
        } catch (IOException e) {
            throw PinBytes.unusable(description(), "cannot be talked to");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PinBytes.unusable(description(), "was interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start() {
        try {
            return new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw PinBytes.unusable(description(), "cannot be started");
        }
    }
}
