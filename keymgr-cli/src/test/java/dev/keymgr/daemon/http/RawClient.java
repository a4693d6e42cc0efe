package dev.keymgr.daemon.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A socket, so that a test can say what no client library would. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int PACE_MILLIS = 40;

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    @SuppressWarnings("resource")
    static RawClient connect(int port) {
        try {
            return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One request and its answer; header lines without their line ends. */
    Answer ask(String method, String path, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        send(head.append("\r\n").toString());
        return method.equals("HEAD") ? readHead() : read();
    }

    Answer get(String path, String... headers) throws IOException {
        return ask("GET", path, headers);
    }

    Answer read() throws IOException {
        Answer head = readHead();
        int length = head.status() == 304 ? 0 : Integer.parseInt(head.header("content-length"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException(body.length + " bytes of " + length);
        }
        return new Answer(head.status(), head.headers(), new String(body, StandardCharsets.ISO_8859_1));
    }

    private Answer readHead() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Answer(status, headers, "");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed in a head, after " + line.size() + " bytes of a line");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    /** Says it again and again, about every {@value #PACE_MILLIS} ms, until the server hangs up; what it answers is dropped. */
    boolean isCutWhileSaying(byte... bytes) throws IOException {
        socket.setSoTimeout(PACE_MILLIS);
        for (int i = 0; i < PATIENCE_MILLIS / PACE_MILLIS; i++) {
            try {
                send(bytes);
                while (in.read() >= 0) {}
                return true;
            } catch (SocketTimeoutException e) {
                // Not yet: that was the pause between two.
            } catch (SocketException e) {
                return true;
            }
        }
        return false;
    }

    /** Whether the server closes within {@value #PATIENCE_MILLIS} ms without having said anything. */
    boolean isClosedInSilence() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Before the end of the test. */
    void hangUp() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        hangUp();
    }

    /** Header names in lower case. */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }
}
