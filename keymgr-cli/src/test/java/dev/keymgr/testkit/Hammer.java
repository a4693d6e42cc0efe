package dev.keymgr.testkit;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client that asks for a document as fast as it is answered, over connections that stay open: every other time only whether
 * it has changed. Each thread that runs it needs its own.
 */
public final class Hammer implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().version(Version.HTTP_1_1).build();
    private final List<URI> urls;
    private final long beginNanos;
    private final AtomicBoolean stop;
    private final ConcurrentLinkedQueue<String> faults;
    private final Latencies latencies = new Latencies();

    /** Begins to count seconds at an instant of the system's nanosecond clock. */
    public Hammer(List<URI> urls, long beginNanos, AtomicBoolean stop, ConcurrentLinkedQueue<String> faults) {
        this.urls = List.copyOf(urls);
        this.beginNanos = beginNanos;
        this.stop = stop;
        this.faults = faults;
    }

    /** Of a run that has ended. */
    public Latencies latencies() {
        return latencies;
    }

    @Override
    public void run() {
        try {
            while (!stop.get()) {
                for (URI url : urls) {
                    HttpResponse<String> whole = ask(HttpRequest.newBuilder(url));
                    String tag = whole.headers().firstValue("etag").orElse("\"none\"");
                    if (whole.statusCode() != 200
                            || JWKSet.parse(whole.body()).getKeys().isEmpty()) {
                        faults.add(url + " " + whole.statusCode() + " " + whole.body());
                    }
                    HttpResponse<String> again = ask(HttpRequest.newBuilder(url).header("If-None-Match", tag));
                    boolean same = again.statusCode() == 304 && again.body().isEmpty();
                    boolean other = again.statusCode() == 200
                            && !JWKSet.parse(again.body()).getKeys().isEmpty();
                    if (!same && !other) {
                        faults.add(url + " again " + again.statusCode() + " " + again.body());
                    }
                }
            }
        } catch (IOException | ParseException e) {
            faults.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            faults.add(e.toString());
        }
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        long before = System.nanoTime();
        HttpResponse<String> response = client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
        latencies.add((int) ((before - beginNanos) / 1_000_000_000L), System.nanoTime() - before);
        return response;
    }
}
