package dev.keymgr.daemon.notify;

import dev.keymgr.config.EventType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells by running a program, with the event on its standard input. No shell, none of our environment, nowhere for its
 * output to go.
 */
final class HookReceiver implements Receiver {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final List<String> command;
    private final Duration timeout;

    HookReceiver(List<String> command, Duration timeout) {
        this.command = List.copyOf(command);
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return "hook";
    }

    @Override
    public boolean wants(EventType type) {
        return true;
    }

    @Override
    public Answer deliver(Notification notification) throws InterruptedException {
        Process process;
        try {
            process = start(notification);
        } catch (IOException e) {
            return Answer.failed("the program cannot be started");
        }
        try {
            feed(process, notification);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return Answer.failed("not done within " + timeout.toSeconds() + " s");
            }
            return process.exitValue() == 0 ? Answer.DELIVERED : Answer.failed("exit code " + process.exitValue());
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private Process start(Notification notification) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        PATH,
                        "KEYMGR_EVENT_ID",
                        notification.id(),
                        "KEYMGR_EVENT_TYPE",
                        notification.fullType()));
        return builder.start();
    }

    /** Never waits: an event is smaller than the buffer of a pipe. */
    private static void feed(Process process, Notification notification) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(notification.json().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It does not care to read. Its exit code says whether that was well.
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
