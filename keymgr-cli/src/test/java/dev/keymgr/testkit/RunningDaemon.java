package dev.keymgr.testkit;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.Keymgr.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code keymgr daemon} as a process. Close it, or it outlives the test. */
public final class RunningDaemon implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("listens at (http://\\S+);");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Started started;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI address;

    private RunningDaemon(Started started) {
        this.started = started;
        this.address = await().atMost(PATIENCE)
                .until(this::announced, Optional::isPresent)
                .orElseThrow();
    }

    /** Returns when it listens. */
    public static RunningDaemon start(Keymgr keymgr, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "daemon";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        // Whoever runs the tests may ignore it, as nohup does.
        return new RunningDaemon(keymgr.behind("env", "--default-signal=HUP").start(command));
    }

    private Optional<URI> announced() {
        if (!started.process().isAlive()) {
            throw new AssertionError("the daemon ended: " + log());
        }
        Matcher matcher = ADDRESS.matcher(log());
        return matcher.find() ? Optional.of(URI.create(matcher.group(1))) : Optional.empty();
    }

    /** What it has said so far. */
    public String log() {
        try {
            return Files.readString(started.errFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return started.process().pid();
    }

    public URI url(String path) {
        return address.resolve(path);
    }

    public HttpResponse<String> get(String path) {
        try {
            return client.send(
                    HttpRequest.newBuilder(url(path)).timeout(PATIENCE).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be fetched; the daemon said " + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public boolean isReady() {
        return get("/readyz").statusCode() == 200;
    }

    public JsonNode readiness() {
        return StrictJson.parse(get("/readyz").body(), "/readyz");
    }

    /** Returns when all is well. When that never comes it is ended: the caller has nothing yet to close. */
    public RunningDaemon ready() {
        boolean ready = false;
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(isReady())
                            .as(() -> get("/readyz").body() + log())
                            .isTrue());
            ready = true;
            return this;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    public void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it in order, and tells how that went. */
    public Run stopped() {
        signal("TERM");
        return started.ended();
    }

    /** As the kernel would. */
    public void killed() {
        started.process().destroyForcibly();
        started.ended();
    }

    @Override
    public void close() {
        if (started.process().isAlive()) {
            killed();
        }
    }
}
