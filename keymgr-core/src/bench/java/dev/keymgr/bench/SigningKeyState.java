package dev.keymgr.bench;

import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.testkit.SampleKeys;
import dev.keymgr.testkit.SimulatedHsm;
import dev.keymgr.testkit.TestClock;
import dev.keymgr.token.SigningPolicy;
import dev.keymgr.token.TokenSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One key in a token, reached in two ways: through a signer, and through a provider of the platform alone. */
@State(Scope.Benchmark)
public class SigningKeyState {
    private static final ScopeName NAME = new ScopeName("consumer");

    private static final Map<String, String> CLAIMS = Map.of("sub", "user-4711", "client_id", "web", "scope", "read mail");

    @Param({"ES256", "RS256", "PS256"})
    private SigningAlgorithm algorithm;

    private BenchToken token;
    private TokenSigner signer;
    private Provider provider;
    private PrivateKey privateKey;
    private byte[] input;

    @Setup
    public void start() throws IOException, GeneralSecurityException {
        token = BenchToken.start();
        TestClock clock = TestClock.atNoon();
        TokenKey made = token.hsm().generate(BenchToken.id(1), algorithm, clock.instant());
        Keyring keyring = active(made, clock);
        signer = new TokenSigner(
                new dev.keymgr.key.Scope(NAME, "https://login.example/consumer", List.of("https://api.example/mail")),
                new SigningPolicy(
                        List.of(algorithm), "at+jwt", Duration.ofMinutes(2), Duration.ofHours(1), Duration.ofDays(30)),
                () -> keyring,
                token.tokens(),
                clock,
                SecureRandom.getInstance("NativePRNG"));
        String signed = sign();
        input = signed.substring(0, signed.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        openBare();
    }

    private Keyring active(TokenKey made, TestClock clock) {
        SigningKey key = SigningKey.generated(
                new KeyGroup(NAME, algorithm), made.location(), made.publicKey(), clock.instant());
        Duration cached = Duration.ofMinutes(5);
        return Keyring.empty(NAME)
                .generated(key, clock.instant())
                .intending(Map.of(key.kid(), SampleKeys.listing(key)), cached, cached, clock.instant())
                .served(clock.instant(), cached, Duration.ZERO, Duration.ZERO)
                .activated(key.kid(), Duration.ofHours(1), clock.instant());
    }

    /** The server's address still stands in the environment, where opening the token has put it. */
    private void openBare() throws IOException, GeneralSecurityException {
        provider = Security.getProvider("SunPKCS11")
                .configure("--name = bare\nlibrary = \"" + token.simulated().software("client")
                        + "\"\nslotListIndex = 0");
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, SimulatedHsm.USER_PIN.toCharArray());
        privateKey = (PrivateKey) store.getKey(store.aliases().nextElement(), null);
    }

    String sign() {
        return signer.sign(CLAIMS);
    }

    /** As many bytes as the signer has the token sign: the header and the claims of one of its tokens. */
    byte[] input() {
        return input;
    }

    BareSignature bare() throws GeneralSecurityException {
        return new BareSignature(algorithm, provider, privateKey);
    }

    @TearDown
    public void stop() throws IOException {
        token.close();
    }
}
