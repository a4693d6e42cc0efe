package dev.keymgr.daemon.http;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the server listens.
 *
 * @param listen port 0 takes a free one
 * @param tls null: in clear, for a proxy on the same machine
 * @param limits what one client may cost
 */
public record HttpSettings(
        InetSocketAddress listen, @Nullable TlsFiles tls, HttpLimits limits) {}
