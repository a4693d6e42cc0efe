package dev.keymgr.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What only the daemon needs to know.
 *
 * @param tlsFiles null where it speaks plain HTTP
 * @param callTimeout the bound of every call of a token, 1 s to 10 min
 * @param webhooks by the order of the file; no two of one name
 * @param hook program and arguments, run at least once for each notification; the program's path is absolute; empty for none
 */
public record DaemonConfig(
        Listen listen,
        @Nullable Tls tlsFiles,
        Limits limits,
        Duration callTimeout,
        List<Webhook> webhooks,
        List<String> hook) {
    /** What holds where the file is silent. */
    public static final DaemonConfig DEFAULT = new DaemonConfig(
            new Listen("127.0.0.1", 8_470),
            null,
            new Limits(10_000, 4_096),
            Duration.ofSeconds(10),
            List.of(),
            List.of());

    public DaemonConfig {
        webhooks = List.copyOf(webhooks);
        hook = List.copyOf(hook);
    }

    public Optional<Tls> tls() {
        return Optional.ofNullable(tlsFiles);
    }

    /**
     * Where it listens.
     *
     * @param host a name or an address; one of IP version 6 without its brackets
     * @param port 0 for one that the system chooses
     */
    public record Listen(String host, int port) {

        /** As it is written in the file: {@code [::1]:8470}. */
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * The PEM files of TLS, absolute.
     *
     * @param certificate of the daemon, and those that lead to the root
     */
    public record Tls(Path certificate, Path key) {}

    /**
     * What it bears before it turns requests away.
     *
     * @param requestsPerSecond of one client, 1 to 1,000,000
     * @param connections open at once, 1 to 100,000
     */
    public record Limits(int requestsPerSecond, int connections) {}

    /**
     * A receiver of notifications over HTTP.
     *
     * @param name 1 to 32 of lower-case letters, digits and '-'
     * @param url https; http only where it never leaves the machine. It may hold a secret
     * @param secret what its signatures are made with
     * @param events at least one
     */
    public record Webhook(String name, URI url, SecretSource secret, Set<EventType> events) {
        public Webhook {
            events = Set.copyOf(events);
        }

        /** Without the URL: providers put secrets there. */
        @Override
        public String toString() {
            return "webhook " + name;
        }
    }
}
