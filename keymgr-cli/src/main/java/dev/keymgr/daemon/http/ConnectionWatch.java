package dev.keymgr.daemon.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnector;
import org.jspecify.annotations.Nullable;

/**
 * Cuts clients that are slow rather than idle: one that sends a request byte by byte, or reads an answer so, is never idle and
 * would hold its place for ever. A client owes something from its connection's start until its first request, while it has
 * sent part of a request, and while it has not taken an answer. For HTTP/2, where frames come that belong to no request, the
 * time is the one for idle connections. Called by one thread.
 */
final class ConnectionWatch {
    private final AbstractConnector connector;
    private final long requestNanos;
    private final long idleNanos;
    private final LongSupplier nanoTime;
    private Map<EndPoint, Progress> seen = new HashMap<>();

    ConnectionWatch(AbstractConnector connector, HttpLimits limits, LongSupplier nanoTime) {
        this.connector = connector;
        this.requestNanos = limits.request().toNanos();
        this.idleNanos = limits.idle().toNanos();
        this.nanoTime = nanoTime;
    }

    /** How often to look, so that none is cut more than a quarter late. */
    static Duration interval(HttpLimits limits) {
        return Duration.ofMillis(Math.max(10, Math.min(1_000, limits.request().toMillis() / 4)));
    }

    void look() {
        long now = nanoTime.getAsLong();
        Map<EndPoint, Progress> next = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Connection connection = innermost(endPoint.getConnection());
            Progress last = seen.get(endPoint);
            Progress progress = progress(last, connection, endPoint, now);
            long allowed = connection instanceof HTTP2Connection ? idleNanos : requestNanos;
            if (progress.owing() && now - progress.owingSince() > allowed) {
                endPoint.close();
            } else {
                next.put(endPoint, progress);
            }
        }
        seen = next;
    }

    private static Progress progress(@Nullable Progress last, Connection connection, EndPoint endPoint, long now) {
        long requests = connection.getMessagesIn();
        long bytes = connection.getBytesIn();
        boolean unread = endPoint instanceof AbstractEndPoint socket
                && socket.getWriteFlusher().isPending();
        if (last == null || last.requests() != requests) {
            return new Progress(requests, bytes, requests == 0 || unread, now);
        }
        boolean owing = requests == 0 || bytes > last.bytes() || unread;
        return new Progress(requests, last.bytes(), owing, owing && last.owing() ? last.owingSince() : now);
    }

    private static Connection innermost(Connection connection) {
        return connection instanceof SslConnection tls ? tls.getSslEndPoint().getConnection() : connection;
    }

    /**
     * What was seen of a connection.
     *
     * @param requests heads read whole
     * @param bytes read when the last of them was first seen; more than that belong to the next
     */
    private record Progress(long requests, long bytes, boolean owing, long owingSince) {}
}
