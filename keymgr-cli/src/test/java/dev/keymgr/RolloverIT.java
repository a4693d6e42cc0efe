package dev.keymgr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.SignedJWT;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.RelyingParty;
import dev.keymgr.testkit.StrictJson;
import dev.keymgr.testkit.TokenReader;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Rotations on the real clock, with an issuer, a relying party and an operator that know nothing of each other. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class RolloverIT {
    private static final int ROTATIONS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration MAX_AGE = Duration.ofSeconds(2);

    @TempDir
    private static Path folder;

    private static DemoFolder demo;

    private record Issued(String scope, String token, Instant expires) {
        boolean lives() {
            return DemoFolder.CLOCK.instant().isBefore(expires);
        }
    }

    @BeforeAll
    static void begin() {
        demo = DemoFolder.fast(folder.resolve("demo"));
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    @Order(1)
    void notOneGenuineTokenIsRefusedWhileKeysRotate() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Queue<Issued> tokens = new ConcurrentLinkedQueue<>();
        Queue<String> refusals = new ConcurrentLinkedQueue<>();
        AtomicInteger judged = new AtomicInteger();
        ExecutorService actors = Executors.newFixedThreadPool(2);
        try {
            Future<Boolean> issuer = actors.submit(until(over, () -> issue(tokens)));
            Future<Boolean> party = actors.submit(relyingParty(over, tokens, refusals, judged));

            operate(tokens, refusals);
            over.set(true);
            issuer.get();
            party.get();

            assertThat(refusals).isEmpty();
            requireAccepted(demo.token("consumer"));
            assertThat(judged).hasValueGreaterThan(ROTATIONS * 10);
            System.out.println(tokens.size() + " tokens signed, judged " + judged + " times by Nimbus");
            assertThat(tokens.stream().map(RolloverIT::kid).distinct().count()).isGreaterThan(2L * ROTATIONS);
        } finally {
            over.set(true);
            actors.shutdownNow();
        }
    }

    @Test
    @Order(2)
    void aRotationBeforeEveryoneKnowsIsRefusedWithItsTimeAndWaitingForItWorks() {
        demo.keymgr().expect(0, "rotate", "consumer", "--wait");
        // Whoever keeps a document longer has to learn of the standby too; it is not ready before the next process
        // runs.
        demo.edit("rotation: 20s", "rotation: 1h");
        demo.edit("cdn: 0s", "cdn: 1m");
        Run early = demo.keymgr().run("-o", "json", "rotate", "consumer");
        demo.edit("cdn: 1m", "cdn: 0s");
        demo.edit("rotation: 1h", "rotation: 20s");

        early.expect(20);
        JsonNode error = StrictJson.parse(early.err(), early.toString()).get("error");
        assertThat(error.get("code").textValue()).isEqualTo("KM-EARLY");
        assertThat(error.get("message").textValue()).containsPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");
        assertThat(early.out()).isEmpty();
    }

    @Test
    @Order(3)
    void atTheEndNothingIsLeftInTheTokensButWhatMaySign() throws Exception {
        demo.keymgr().expect(0, "apply");
        demo.requireSound();
        demo.keymgr().expect(0, "audit", "--verify").says("intact");

        JsonNode keys =
                demo.keymgr().expect(0, "-o", "json", "keys", "--all").json().get("keys");
        Map<String, Set<String>> held = new HashMap<>();
        for (String scope : DemoFolder.SCOPES) {
            for (String side : List.of("-a", "-b")) {
                held.put(scope + side, held(scope + side));
            }
        }
        Set<String> destroyed = new TreeSet<>();
        for (JsonNode key : keys) {
            String kid = key.get("kid").textValue();
            boolean there =
                    held.getOrDefault(key.get("token").textValue(), Set.of()).contains(kid);
            assertThat(there)
                    .as(key.toString())
                    .isEqualTo(key.get("privateHalf").textValue().equals("PRESENT"));
            if (key.get("privateHalf").textValue().equals("DESTROYED")) {
                destroyed.add(kid);
            }
        }
        assertThat(destroyed).hasSizeGreaterThanOrEqualTo(2 * ROTATIONS - 2);
    }

    /** The operator: apply, and a look at the newest tokens with the product's own verifier, until all has rotated. */
    private static void operate(Queue<Issued> tokens, Queue<String> refusals) {
        Map<String, Integer> rotations = new HashMap<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        do {
            JsonNode applied = demo.keymgr().expect(0, "-o", "json", "apply").json();
            for (JsonNode scope : applied.get("scopes")) {
                DemoFolder.stream(scope.get("done"))
                        .filter(d -> d.get("step").textValue().startsWith("activate"))
                        .forEach(d -> rotations.merge(scope.get("scope").textValue(), 1, Integer::sum));
            }
            for (String scope : DemoFolder.SCOPES) {
                judge(scope, tokens, refusals);
            }
        } while (System.nanoTime() < end
                && DemoFolder.SCOPES.stream().anyMatch(s -> rotations.getOrDefault(s, 0) < ROTATIONS));
        assertThat(DemoFolder.SCOPES)
                .allSatisfy(s -> assertThat(rotations.getOrDefault(s, 0)).isGreaterThanOrEqualTo(ROTATIONS));
    }

    private static void judge(String scope, Queue<Issued> tokens, Queue<String> refusals) {
        List<Issued> alive = tokens.stream()
                .filter(t -> t.scope().equals(scope) && t.lives())
                .toList();
        String lines = alive.stream().map(Issued::token).collect(Collectors.joining("\n"));
        Run run = demo.keymgr().feed(lines, "verify", scope, "--lines").expect(0);
        List<String> answers = run.out().lines().toList();
        assertThat(answers).hasSameSizeAs(alive);
        for (int i = 0; i < answers.size(); i++) {
            String verdict = StrictJson.parse(answers.get(i), run.toString())
                    .get("verdict")
                    .textValue();
            boolean tooLate = verdict.equals("OUTSIDE_TIME") && !alive.get(i).lives();
            if (!verdict.equals("ACCEPTED") && !tooLate) {
                refusals.add("keymgr verify " + scope + ": " + answers.get(i));
            }
        }
    }

    /** As of the instant of its signing: a busy machine may find each token expired that it judges as of now. */
    private static void requireAccepted(String token) throws ParseException {
        Instant signed = SignedJWT.parse(token).getJWTClaimsSet().getIssueTime().toInstant();
        demo.keymgr()
                .feed(token, "verify", "consumer", "--at", signed.toString())
                .expect(0)
                .says("ACCEPTED");
    }

    private static void issue(Queue<Issued> tokens) throws Exception {
        for (String scope : DemoFolder.SCOPES) {
            String token = demo.token(scope);
            Instant expires =
                    SignedJWT.parse(token).getJWTClaimsSet().getExpirationTime().toInstant();
            tokens.add(new Issued(scope, token, expires));
        }
    }

    private static Callable<Boolean> relyingParty(
            AtomicBoolean over, Queue<Issued> tokens, Queue<String> refusals, AtomicInteger judged) {
        Map<String, RelyingParty> parties = new HashMap<>();
        DemoFolder.SCOPES.forEach(s -> parties.put(s, new RelyingParty(s, demo.document(s), MAX_AGE)));
        return until(over, () -> {
            for (Issued each : tokens) {
                if (each.lives()) {
                    String objection = requireNonNull(parties.get(each.scope())).objection(each.token());
                    judged.incrementAndGet();
                    if (objection != null && each.lives()) {
                        refusals.add("Nimbus in " + each.scope() + " of " + kid(each) + ": " + objection);
                    }
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        });
    }

    private interface Act {
        void once() throws Exception;
    }

    private static Callable<Boolean> until(AtomicBoolean over, Act act) {
        return () -> {
            while (!over.get()) {
                act.once();
            }
            return true;
        };
    }

    private static String kid(Issued issued) {
        String header = issued.token().substring(0, issued.token().indexOf('.'));
        String text = new String(Base64.getUrlDecoder().decode(header), UTF_8);
        return StrictJson.parse(text, issued.token()).get("kid").textValue();
    }

    private static Set<String> held(String token) throws Exception {
        List<String> kids = new ArrayList<>();
        for (TokenReader.Held each : TokenReader.read(demo, token)) {
            ECPublicKey key = (ECPublicKey) KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(each.publicKey())));
            kids.add(new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key)
                    .build()
                    .computeThumbprint()
                    .toString());
        }
        assertThat(kids).doesNotHaveDuplicates();
        return new TreeSet<>(kids);
    }
}
