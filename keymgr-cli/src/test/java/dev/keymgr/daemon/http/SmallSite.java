package dev.keymgr.daemon.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A site whose parts a test can exchange. */
final class SmallSite implements Site {
    static final String POLICY = "default-src 'none'; style-src 'sha256-abc'";

    final Documents documents = new Documents();
    volatile Health readiness = Health.good();
    volatile Intake intake =
            body -> CompletableFuture.completedFuture(new Intake.Reply(200, new String(body, StandardCharsets.UTF_8)));
    volatile Supplier<byte[]> metrics = () -> utf8("keymgr_up 1\n");

    /** Two scopes, each with a document large enough to be compressed. */
    static SmallSite ofTwoScopes() {
        SmallSite site = new SmallSite();
        site.publish("consumer", "c".repeat(3_000));
        site.publish("enterprise", "e".repeat(3_000));
        return site;
    }

    ServedDocument publish(String scope, String filling) {
        ServedDocument jwks = jwks("{\"keys\":[],\"of\":\"" + scope + "\",\"filling\":\"" + filling + "\"}");
        documents.replace(
                scope,
                List.of(
                        jwks,
                        new ServedDocument(
                                Kind.DISCOVERY,
                                utf8("{\"issuer\":\"https://login.example/" + scope + "\"}"),
                                now -> Duration.ofMinutes(10))));
        return jwks;
    }

    static ServedDocument jwks(String text) {
        return new ServedDocument(Kind.JWKS, utf8(text), now -> Duration.ofMinutes(5));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<ServedDocument> document(String scope, Kind kind) {
        return documents.find(scope, kind);
    }

    @Override
    public Health health() {
        return Health.good();
    }

    @Override
    public Health readiness() {
        return readiness;
    }

    @Override
    public byte[] metrics() {
        return metrics.get();
    }

    @Override
    public boolean takes(String path) {
        return path.startsWith("events/");
    }

    @Override
    public Optional<Intake> intake(String scope, String path, @Nullable String authorization) {
        return "Bearer known".equals(authorization) ? Optional.of(intake) : Optional.empty();
    }

    @Override
    public Page dashboard(Site.Reading reading) {
        return new Page(utf8("<!doctype html><title>keymgr</title>"), POLICY);
    }
}
