package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Jose4jVerifier;
import dev.keymgr.testkit.NimbusVerifier;
import dev.keymgr.testkit.NpmVerifier;
import dev.keymgr.testkit.RemoteVerifier;
import dev.keymgr.testkit.RunningDaemon;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Relying parties made with other people's libraries, on the real clock, while a daemon rotates: two rollovers, ten with
 * {@code -Psoak}, any other number with {@code -Dkeymgr.soak.rollovers=N}.
 */
@Tag("long")
class RelyingPartiesIT {
    /** The policy's max-age: as long as a verifier may keep a document. */
    private static final Duration CACHE = Duration.ofSeconds(2);

    /** Twice a tick. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** Of the four seconds that a token lives, so much is left when it is shown again. */
    private static final Duration NEAR_ITS_END = Duration.ofMillis(1_500);

    private static final Duration ROLLOVER_AT_MOST = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static RunningDaemon daemon;
    private static Issuer issuer;
    private static final Map<String, List<RemoteVerifier>> VERIFIERS = new TreeMap<>();

    private final Map<String, Deque<SignedJWT>> tokens = new TreeMap<>();
    private final Set<String> kids = new TreeSet<>();
    private final List<String> refusals = new ArrayList<>();
    private long verdicts;

    @BeforeAll
    static void begin() throws IOException {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n");
        daemon = RunningDaemon.start(demo.keymgr()).ready();
        issuer = new Issuer(demo);
        NpmVerifier.install();
        for (String scope : DemoFolder.SCOPES) {
            URI jwks = daemon.url("/" + scope + "/jwks.json");
            VERIFIERS.put(
                    scope,
                    Stream.concat(
                                    Stream.of(
                                            new NimbusVerifier(jwks, scope, CACHE),
                                            new Jose4jVerifier(jwks, scope, CACHE)),
                                    NpmVerifier.start(jwks, scope, CACHE).stream())
                            .toList());
        }
    }

    @AfterAll
    static void end() {
        VERIFIERS.values().forEach(each -> each.forEach(RemoteVerifier::close));
        issuer.close();
        daemon.close();
        demo.close();
    }

    private static long activations() {
        return demo.query("SELECT sequence FROM audit_record WHERE action = 'key.activated' AND scope = 'consumer'")
                .size();
    }

    /** A fresh token to everyone, and once more each that is near its end. */
    private void round() {
        for (String scope : DemoFolder.SCOPES) {
            Deque<SignedJWT> alive = tokens.computeIfAbsent(scope, s -> new ArrayDeque<>());
            alive.add(parse(issuer.token(scope)));
            show(scope, alive.getLast());
            while (!alive.isEmpty()
                    && DemoFolder.CLOCK.instant().plus(NEAR_ITS_END).isAfter(expiry(alive.getFirst()))) {
                show(scope, alive.removeFirst());
            }
        }
    }

    private void show(String scope, SignedJWT token) {
        String kid = token.getHeader().getKeyID();
        kids.add(kid);
        for (RemoteVerifier verifier : VERIFIERS.getOrDefault(scope, List.of())) {
            String objection = verifier.objection(token.serialize());
            Instant now = DemoFolder.CLOCK.instant();
            if (now.isAfter(expiry(token))) {
                return; // a machine that was busy for so long
            }
            verdicts++;
            if (objection != null) {
                refusals.add(now + " " + scope + " " + verifier.name() + ": " + objection + ", kid " + kid);
            }
        }
    }

    private static SignedJWT parse(String token) {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Instant expiry(SignedJWT token) {
        try {
            return token.getJWTClaimsSet().getExpirationTime().toInstant();
        } catch (ParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void refuseNothingWhileKeysRollOver() {
        int rollovers = Integer.getInteger("keymgr.soak.rollovers", 2);
        long goal = activations() + rollovers;

        await().pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .atMost(ROLLOVER_AT_MOST.multipliedBy(rollovers))
                .until(() -> {
                    round();
                    return !refusals.isEmpty() || activations() >= goal;
                });
        round();

        assertThat(refusals).as(daemon.log()).isEmpty();
        assertThat(verdicts).isGreaterThan(goal);
        assertThat(kids).hasSizeGreaterThanOrEqualTo(DemoFolder.SCOPES.size() * rollovers);
        System.out.println(rollovers + " rollovers, " + kids.size() + " keys, " + verdicts + " verdicts of "
                + VERIFIERS.values().stream()
                        .flatMap(List::stream)
                        .map(RemoteVerifier::name)
                        .distinct()
                        .toList()
                + ", " + refusals.size() + " refusals");
        daemon.ready();
    }

    @Test
    void areOfThreeLibrariesWhereThereIsNode() {
        List<RemoteVerifier> all = VERIFIERS.getOrDefault("consumer", List.of());
        assumeTrue(
                all.stream().anyMatch(NpmVerifier.class::isInstance),
                "no node, or no jose for it: npm's jose took no part");

        assertThat(all)
                .hasSize(3)
                .allSatisfy(v -> assertThat(v.objection(issuer.token("enterprise")))
                        .as(v.name())
                        .isNotNull());
    }
}
