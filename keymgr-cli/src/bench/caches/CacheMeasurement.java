import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;

/**
 * What the caches of relying-party libraries, as they are by default, do to a withdrawal and to a key that signs at once.
 * Every client has a document of its own on one local HTTP server, reads it, and is asked about one token each second from
 * the moment the document changes. Prints a table.
 *
 * <p>Arguments: the longest time to wait in seconds; the folder with caches.mjs and jose.
 */
final class CacheMeasurement {
    private static final String ISSUER = "https://login.example/consumer";
    private static final String AUDIENCE = "https://api.example/consumer";
    private static final int LISTENERS = 32;

    private interface Client {
        boolean accepts(String token) throws Exception;
    }

    private interface Maker {
        Client make(URI document) throws Exception;
    }

    private record Document(byte[] bytes, String cacheControl) {}

    private record Row(String question, String served, String library, String answer, int fetches) {}

    private final ECKey old = key();
    private final ECKey fresh = key();
    private final ECKey stranger = key();
    private final Map<String, Document> documents = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> fetches = new ConcurrentHashMap<>();
    private final int secondsMax;
    private final Path scripts;

    private CacheMeasurement(int secondsMax, Path scripts) throws Exception {
        this.secondsMax = secondsMax;
        this.scripts = scripts;
    }

    public static void main(String[] arguments) throws Exception {
        new CacheMeasurement(Integer.parseInt(arguments[0]), Path.of(arguments[1])).run();
    }

    private void run() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), LISTENERS);
        server.createContext("/", this::serve);
        server.setExecutor(Executors.newFixedThreadPool(LISTENERS));
        server.start();
        URI root = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Map<String, Maker> makers = new TreeMap<>(Map.of(
                "jose4j", CacheMeasurement::jose4j, "nimbus", CacheMeasurement::nimbus, "npm jose", this::npmJose));
        List<Future<Row>> rows = new ArrayList<>();
        ScheduledExecutorService pool = Executors.newScheduledThreadPool(LISTENERS);
        for (Map.Entry<String, Maker> maker : makers.entrySet()) {
            for (String served : List.of("max-age=60", "no-store", "")) {
                rows.add(pool.submit(() -> withdrawal(root, maker.getKey(), maker.getValue(), served)));
            }
            rows.add(pool.submit(() -> newKey(root, maker.getKey(), maker.getValue(), false)));
            rows.add(pool.submit(() -> newKey(root, maker.getKey(), maker.getValue(), true)));
        }
        System.out.println("| question | Cache-Control | library | answer | fetches |\n| --- | --- | --- | --- | --- |");
        for (Future<Row> row : rows) {
            Row found = row.get();
            System.out.println("| " + found.question() + " | " + (found.served().isEmpty() ? "none" : found.served())
                    + " | " + found.library() + " | " + found.answer() + " | " + found.fetches() + " |");
        }
        System.exit(0);
    }

    /** The set loses the old key right after the client has read it. */
    private Row withdrawal(URI root, String library, Maker maker, String served) throws Exception {
        String path = "/withdrawal/" + library.replace(' ', '-') + "/" + served.replace('=', '-');
        serveAs(path, served, old);
        Client client = maker.make(root.resolve(path));
        String token = token(old);
        if (!client.accepts(token)) {
            throw new IllegalStateException(library + " refuses a good token");
        }
        serveAs(path, served, fresh);
        String answer = untilChange(client, token, true);
        return new Row("withdrawn key still accepted for", served, library, answer, fetches.get(path).get());
    }

    /**
     * The set gains a key right after the client has read it, and the key signs at once.
     *
     * @param noise whether a stranger has shown the client a kid of nobody just before
     */
    private Row newKey(URI root, String library, Maker maker, boolean noise) throws Exception {
        String path = "/new-key/" + library.replace(' ', '-') + "/" + noise;
        serveAs(path, "max-age=60", old);
        Client client = maker.make(root.resolve(path));
        if (!client.accepts(token(old)) || (noise && client.accepts(token(stranger)))) {
            throw new IllegalStateException(library + " is not as expected");
        }
        serveAs(path, "max-age=60", old, fresh);
        String answer = untilChange(client, token(fresh), false);
        return new Row(
                noise ? "new key refused for, after a stranger's kid" : "new key refused for",
                "max-age=60",
                library,
                answer,
                fetches.get(path).get());
    }

    private String untilChange(Client client, String token, boolean accepted) throws Exception {
        long begin = System.nanoTime();
        for (int second = 0; second <= secondsMax; second++) {
            long wait = begin + TimeUnit.SECONDS.toNanos(second) - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
            if (client.accepts(token) != accepted) {
                return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + " s";
            }
        }
        return "more than " + secondsMax + " s";
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Document document = documents.get(path);
            fetches.get(path).incrementAndGet();
            exchange.getResponseHeaders().set("Content-Type", "application/jwk-set+json");
            if (!document.cacheControl().isEmpty()) {
                exchange.getResponseHeaders().set("Cache-Control", document.cacheControl());
            }
            exchange.sendResponseHeaders(200, document.bytes().length);
            exchange.getResponseBody().write(document.bytes());
        }
    }

    private void serveAs(String path, String cacheControl, ECKey... keys) {
        fetches.computeIfAbsent(path, p -> new AtomicInteger());
        documents.put(
                path,
                new Document(
                        new JWKSet(List.of(keys)).toString(true).getBytes(StandardCharsets.UTF_8), cacheControl));
    }

    private static ECKey key() throws Exception {
        return new ECKeyGenerator(Curve.P_256)
                .algorithm(JWSAlgorithm.ES256)
                .keyIDFromThumbprint(true)
                .generate();
    }

    private static String token(ECKey key) throws Exception {
        Date now = new Date();
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(key.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject("somebody")
                        .issueTime(now)
                        .expirationTime(new Date(now.getTime() + TimeUnit.HOURS.toMillis(1)))
                        .build());
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private static Client nimbus(URI document) throws Exception {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                AUDIENCE, new JWTClaimsSet.Builder().issuer(ISSUER).build(), Set.of("sub", "iat", "exp")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.ES256, JWKSourceBuilder.create(document.toURL()).build()));
        return token -> {
            try {
                processor.process(token, null);
                return true;
            } catch (com.nimbusds.jose.proc.BadJOSEException | com.nimbusds.jose.JOSEException e) {
                return false;
            }
        };
    }

    private static Client jose4j(URI document) {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(new HttpsJwks(document.toString())))
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "ES256")
                .setExpectedType(true, "at+jwt")
                .setExpectedIssuer(ISSUER)
                .setExpectedAudience(AUDIENCE)
                .setRequireExpirationTime()
                .build();
        return token -> {
            try {
                consumer.processToClaims(token);
                return true;
            } catch (org.jose4j.jwt.consumer.InvalidJwtException e) {
                return false;
            }
        };
    }

    private Client npmJose(URI document) throws IOException {
        Process process = new ProcessBuilder("node", "caches.mjs", document.toString(), ISSUER, AUDIENCE)
                .directory(scripts.toFile())
                .redirectError(Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        BufferedReader verdicts = process.inputReader(StandardCharsets.UTF_8);
        BufferedWriter tokens = process.outputWriter(StandardCharsets.UTF_8);
        return token -> {
            tokens.write(token);
            tokens.newLine();
            tokens.flush();
            return "ok".equals(verdicts.readLine());
        };
    }
}
