package dev.keymgr.daemon.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Who is counted as one client: an IPv4 address, or an IPv6 network of 64 bits, since a customer is given all of that. */
record ClientNetwork(int version, long bits) {
    private static final ClientNetwork UNKNOWN = new ClientNetwork(0, 0);

    static ClientNetwork of(@Nullable SocketAddress remote) {
        InetAddress address = remote instanceof InetSocketAddress internet ? internet.getAddress() : null;
        if (address == null) {
            return UNKNOWN;
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? new ClientNetwork(6, bytes.getLong())
                : new ClientNetwork(4, Integer.toUnsignedLong(bytes.getInt()));
    }
}
