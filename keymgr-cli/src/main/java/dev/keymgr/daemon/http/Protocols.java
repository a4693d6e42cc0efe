package dev.keymgr.daemon.http;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** HTTP/1.1 and HTTP/2 with their limits, in clear and over TLS. */
final class Protocols {
    /** Of our heads, in bytes: about 600, a content security policy included, and room for a long one. */
    private static final int RESPONSE_HEADER_BYTES = 4_096;

    private static final int INPUT_BUFFER_BYTES = 4_096;

    /** Documents that one HTTP/2 client may fetch at once. */
    private static final int STREAMS_MAX = 64;

    /** A client sends no content, so it needs no window. */
    private static final int RECEIVE_WINDOW_BYTES = 65_535;

    private Protocols() {}

    static ConnectionFactory[] inClear(HttpLimits limits) {
        HttpConfiguration http = http(limits);
        return new ConnectionFactory[] {
            new HttpConnectionFactory(http), limited(new HTTP2CServerConnectionFactory(http), limits)
        };
    }

    static ConnectionFactory[] overTls(HttpLimits limits, ReplaceableIdentity identity) {
        HttpConfiguration http = http(limits);
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        ALPNServerConnectionFactory negotiation = new ALPNServerConnectionFactory();
        negotiation.setDefaultProtocol(http1.getProtocol());
        return new ConnectionFactory[] {
            new SslConnectionFactory(tls(identity), negotiation.getProtocol()),
            negotiation,
            limited(new HTTP2ServerConnectionFactory(http), limits),
            http1
        };
    }

    private static HttpConfiguration http(HttpLimits limits) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(limits.headerBytes());
        http.setInputBufferSize(INPUT_BUFFER_BYTES);
        http.setResponseHeaderSize(RESPONSE_HEADER_BYTES);
        http.setUriCompliance(UriCompliance.RFC3986);
        http.setIdleTimeout(limits.idle().toMillis());
        return http;
    }

    private static AbstractHTTP2ServerConnectionFactory limited(
            AbstractHTTP2ServerConnectionFactory http2, HttpLimits limits) {
        http2.setMaxConcurrentStreams(STREAMS_MAX);
        http2.setInitialSessionRecvWindow(RECEIVE_WINDOW_BYTES);
        http2.setInitialStreamRecvWindow(RECEIVE_WINDOW_BYTES);
        http2.setMaxHeaderBlockFragment(limits.headerBytes());
        http2.setStreamIdleTimeout(limits.request().toMillis());
        http2.setConnectProtocolEnabled(false);
        return http2;
    }

    /**
     * The certificate's keys come from {@link ReplaceableIdentity}, so a renewed one needs no new context.
     *
     * @standard RFC 9325 s. 3.1.1
     */
    private static SslContextFactory.Server tls(ReplaceableIdentity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {identity}, null, null);
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setSslContext(context);
            tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
            tls.setRenegotiationAllowed(false);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }
}
