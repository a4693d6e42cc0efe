package dev.keymgr.daemon.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one client may cost. "An address" is an IPv4 address or an IPv6 network of 64 bits.
 *
 * @param headerBytes of a whole request head; more is answered 431, or 414 where the request line alone is longer
 * @param uriBytes of path and query; more is answered 414
 * @param connections at once; one more is closed as it comes
 * @param connectionsPerAddress at once from one address; one more is closed as it comes
 * @param idle a connection on which nothing happens is closed after this
 * @param request from the first byte of a request to the last of its answer; a client that takes longer, however busy it
 *     looks, is cut
 * @param stop how long requests in flight may take to finish when the server stops
 * @param rate null: none
 */
public record HttpLimits(
        int headerBytes,
        int uriBytes,
        int connections,
        int connectionsPerAddress,
        Duration idle,
        Duration request,
        Duration stop,
        @Nullable RequestRate rate) {
    public HttpLimits {
        positive("headerBytes", headerBytes);
        positive("uriBytes", uriBytes);
        positive("connections", connections);
        positive("connectionsPerAddress", connectionsPerAddress);
        positive("idle", idle.toMillis());
        positive("request", request.toMillis());
        positive("stop", stop.toMillis());
    }

    /** Generous for clients that fetch a document every few minutes, also behind one proxy. */
    public static HttpLimits defaults() {
        return new HttpLimits(
                8_192,
                1_024,
                4_096,
                1_024,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                new RequestRate(1_000, 2_000));
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", and must be positive");
        }
    }
}
