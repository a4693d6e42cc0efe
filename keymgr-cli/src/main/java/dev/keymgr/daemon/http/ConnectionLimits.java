package dev.keymgr.daemon.http;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.IO;

/**
 * Closes a connection as it comes when there are too many, in all or from its address: a client that is refused at once can
 * ask elsewhere, and one client cannot take the places of all.
 */
final class ConnectionLimits implements SelectorManager.AcceptListener {
    private final int connections;
    private final int perAddress;
    private final Map<SelectableChannel, ClientNetwork> open = new ConcurrentHashMap<>();
    private final Map<ClientNetwork, Integer> openFrom = new ConcurrentHashMap<>();

    ConnectionLimits(HttpLimits limits) {
        this.connections = limits.connections();
        this.perAddress = limits.connectionsPerAddress();
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        ClientNetwork client = clientOf(channel);
        if (open.size() >= connections || openFrom.getOrDefault(client, 0) >= perAddress) {
            IO.close(channel);
        } else {
            open.put(channel, client);
            openFrom.merge(client, 1, Integer::sum);
        }
    }

    /** Also called for what {@link #onAccepting} has closed, which is not counted. */
    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        onClosed(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        ClientNetwork client = open.remove(channel);
        if (client != null) {
            openFrom.computeIfPresent(client, (key, count) -> count > 1 ? count - 1 : null);
        }
    }

    private static ClientNetwork clientOf(SelectableChannel channel) {
        try {
            return ClientNetwork.of(channel instanceof SocketChannel socket ? socket.getRemoteAddress() : null);
        } catch (IOException e) {
            // Gone already; what follows fails and is reported as such.
            return ClientNetwork.of(null);
        }
    }
}
