package dev.keymgr.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.config.ConfigLoader;
import dev.keymgr.config.StarterConfig;
import dev.keymgr.config.StarterConfig.Pace;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.rollover.RolloverPolicy;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyTimesTest {
    private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
    private static final Instant LATER = START.plus(Duration.ofDays(1));

    @TempDir
    private static Path origin;

    @TempDir
    private Path folder;

    @BeforeAll
    static void found() {
        Office.found(origin);
    }

    @Test
    void followTheArithmeticOfRollover() throws IOException {
        SigningKey first = key(1);
        SigningKey second = key(2);
        SigningKey unpublished = key(3);
        Keyring keyring = Keyring.empty(Office.SCOPE).generated(first, START);
        keyring = published(keyring, START, Duration.ZERO, first);
        keyring = keyring.generated(second, LATER);
        keyring = published(keyring, LATER, Duration.ofHours(1), first, second).generated(unpublished, LATER);

        try (Office office = new Office(folder, origin)) {
            office.store.replace(Keyring.empty(Office.SCOPE), keyring, List.of());
            ReadyTimes times = ReadyTimes.of(office.store, Map.of(Office.SCOPE, policy()));

            assertThat(times.readyAt(Office.SCOPE, first.kid())).contains(START);
            assertThat(times.readyAt(Office.SCOPE, second.kid()))
                    .as("P + C* + clock skew later")
                    .contains(LATER.plus(Duration.ofMinutes(5 + 60 + 1)));
            assertThat(times.readyAt(Office.SCOPE, unpublished.kid())).isEmpty();
            assertThat(times.readyAt(Office.SCOPE, key(4).kid())).isEmpty();
            assertThat(times.readyAt(new ScopeName("other"), first.kid())).isEmpty();
        }
    }

    private static Keyring published(Keyring keyring, Instant at, Duration cacheBound, SigningKey... keys) {
        Map<Kid, Listing> listings = new HashMap<>();
        for (SigningKey key : keys) {
            listings.put(key.kid(), new Listing(START, null, START.plus(Duration.ofDays(30))));
        }
        Duration minutes = Duration.ofMinutes(5);
        return keyring.intending(listings, minutes, Duration.ofHours(1), at)
                .served(at, cacheBound, minutes, Duration.ofMinutes(1));
    }

    private static SigningKey key(int number) {
        return SigningKey.generated(
                new KeyGroup(Office.SCOPE, SigningAlgorithm.ES256),
                new KeyLocation(new TokenLabel("consumer-a"), new CkaId(("0" + number).repeat(16))),
                new VerificationKey.Ec("P-256", BigInteger.valueOf(number), BigInteger.ONE),
                START);
    }

    private RolloverPolicy policy() throws IOException {
        Path file = Files.writeString(
                folder.resolve("keymgr.yaml"), new StarterConfig(Pace.DAYS, Path.of("/c.so"), null).render());
        return Objects.requireNonNull(ConfigLoader.load(file).scopes().get(Office.SCOPE))
                .policy();
    }
}
