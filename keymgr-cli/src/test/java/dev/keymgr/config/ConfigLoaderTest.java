package dev.keymgr.config;

import static dev.keymgr.rollover.Durations.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.DocumentTerms;
import dev.keymgr.rollover.Freeze;
import dev.keymgr.rollover.RolloverPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final Path HOME = Path.of("/srv/keymgr");

    @Test
    void bindsEveryValueOfASoundFile() {
        KeymgrConfig config = ConfigLoader.parse(Samples.sound(), HOME.resolve("keymgr.yaml"));

        assertThat(config.home()).isEqualTo(HOME);
        assertThat(config.store()).isEqualTo(new StoreConfig.Sqlite(HOME.resolve("state/keymgr.db")));
        assertThat(config.hsm())
                .isEqualTo(new HsmConfig.Isolated(
                        Path.of("/opt/p11/p11-kit-client.so"),
                        Path.of("/opt/softhsm/libsofthsm2.so"),
                        Path.of("/run/keymgr"),
                        HsmConfig.WhenDown.START));
        assertThat(scope(config))
                .isEqualTo(new ScopeConfig(
                        new Scope(
                                CONSUMER,
                                "https://login.example/consumer",
                                List.of("https://api.example/consumer", "https://mail.example")),
                        soundPolicy(),
                        List.of(
                                new TokenConfig(
                                        new TokenLabel("consumer-a"),
                                        new SecretSource(SecretSource.Kind.FILE, "/srv/keymgr/secrets/consumer-a.pin"),
                                        Path.of("/run/keymgr/a.sock")),
                                new TokenConfig(
                                        new TokenLabel("consumer-b"),
                                        new SecretSource(SecretSource.Kind.ENVIRONMENT, "CONSUMER_B_PIN"),
                                        Path.of("/run/keymgr/consumer-b.sock"))),
                        List.of(HOME.resolve("public/consumer"), Path.of("/mnt/edge/consumer")),
                        List.of(),
                        DocumentTerms.DEFAULT,
                        List.of()));
        assertThat(Objects.requireNonNull(config.scopes().get(new ScopeName("enterprise")))
                        .probes())
                .containsExactly(URI.create("https://login.example/enterprise/jwks.json"));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void demandsNoFolderWhereADaemonServesTheDocuments() {
        KeymgrConfig config = ConfigLoader.parse(Samples.withoutFolder(), HOME.resolve("keymgr.yaml"));

        assertThat(scope(config).directories()).isEmpty();
        assertThat(config.daemon()).isEqualTo(DaemonConfig.DEFAULT);
    }

    @Test
    void bindsRelyingPartiesAndCountsTheirCaches() {
        ScopeConfig enterprise = Objects.requireNonNull(ConfigLoader.parse(Samples.sound(), HOME.resolve("keymgr.yaml"))
                .scopes()
                .get(new ScopeName("enterprise")));

        assertThat(enterprise.relyingParties())
                .containsExactly(
                        new RelyingParty(
                                "mail",
                                "mail-team@example.com",
                                duration("20m"),
                                new RelyingParty.Push(
                                        URI.create("https://mail.example/events?k=1"),
                                        new SecretSource(SecretSource.Kind.FILE, "/srv/keymgr/secrets/mail.token")),
                                new SecretSource(SecretSource.Kind.ENVIRONMENT, "MAIL_DECISIONS")),
                        new RelyingParty(
                                "files",
                                "Files, desk 7",
                                duration("1h"),
                                new RelyingParty.Poll(new SecretSource(SecretSource.Kind.CREDENTIAL, "files")),
                                null));
        assertThat(enterprise.policy().cache().verifiers())
                .isEqualTo(Map.of("mail", duration("20m"), "files", duration("1h"), "unregistered", duration("1h")));
        assertThat(enterprise.toString()).doesNotContain("k=1");
    }

    @Test
    void makesTheLargestCacheOfARelyingPartyTheBoundOfTheScope() {
        String text = Samples.least() + "    relying-parties: [{name: mail, contact: x, cache: 3h}]\n";

        assertThat(scope(Samples.load(text)).policy().cache().bound()).isEqualTo(duration("3h"));
    }

    @Test
    void bindsEveryValueOfTheDaemon() {
        DaemonConfig daemon =
                ConfigLoader.parse(Samples.sound(), HOME.resolve("keymgr.yaml")).daemon();

        assertThat(daemon)
                .isEqualTo(new DaemonConfig(
                        new DaemonConfig.Listen("::1", 9443),
                        new DaemonConfig.Tls(HOME.resolve("tls/chain.pem"), Path.of("/etc/keymgr/tls.key")),
                        new DaemonConfig.Limits(500, 64),
                        duration("30s"),
                        List.of(
                                new DaemonConfig.Webhook(
                                        "crew",
                                        URI.create("https://hooks.example/keymgr?token=1"),
                                        new SecretSource(SecretSource.Kind.FILE, "/srv/keymgr/secrets/crew.whsec"),
                                        Set.of(EventType.KEY_PUBLISHED, EventType.ALARM_RAISED)),
                                new DaemonConfig.Webhook(
                                        "bus",
                                        URI.create("http://localhost:9000"),
                                        new SecretSource(SecretSource.Kind.ENVIRONMENT, "BUS_SECRET"),
                                        Set.of(EventType.values()))),
                        List.of("/usr/local/bin/page", "--team", "keys")));
        assertThat(daemon.listen()).hasToString("[::1]:9443");
        assertThat(daemon.toString()).doesNotContain("token=1");
    }

    @Test
    void givesTheDaemonDefaults() {
        assertThat(Samples.load(Samples.least()).daemon()).isEqualTo(DaemonConfig.DEFAULT);
        assertThat(Samples.load(Samples.least() + "daemon: {limits: {connections: 9}}\n")
                        .daemon()
                        .limits())
                .isEqualTo(new DaemonConfig.Limits(10_000, 9));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:0, 127.0.0.1, 0",
        "localhost:1, localhost, 1",
        "127.9.9.9:65535, 127.9.9.9, 65535",
        "'[::1]:80', ::1, 80"
    })
    void listensOnThisMachineWithoutAWord(String text, String host, int port) {
        KeymgrConfig config = Samples.load(Samples.least() + "daemon: {listen: '" + text + "'}\n");

        assertThat(config.daemon().listen()).isEqualTo(new DaemonConfig.Listen(host, port));
        assertThat(config.daemon().listen()).hasToString(text);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void warnsOfKeysServedToOtherMachinesWithoutTls() {
        String plain = Samples.least() + "daemon: {listen: '0.0.0.0:8470'}\n";
        String tls = Samples.least() + "daemon: {listen: '0.0.0.0:8470', tls: {certificate: c, key: k}}\n";

        assertThat(Samples.load(plain).warnings())
                .extracting(ConfigProblem::toString)
                .containsExactly("keymgr.yaml:11: daemon.listen is 0.0.0.0:8470 without daemon.tls: who stands between"
                        + " could serve other keys; give it certificate and key, or listen on 127.0.0.1 behind a proxy"
                        + " that has them");
        assertThat(Samples.load(tls).warnings()).isEmpty();
    }

    private static RolloverPolicy soundPolicy() {
        return new RolloverPolicy(
                List.of(new TokenLabel("consumer-a"), new TokenLabel("consumer-b")),
                List.of(SigningAlgorithm.ES256, SigningAlgorithm.RS256),
                duration("10d"),
                new RolloverPolicy.Caching(
                        duration("10m"),
                        new TreeMap<>(Map.of("npm-jose", duration("15m"), "unregistered", duration("2h"))),
                        duration("30s")),
                duration("1m"),
                new RolloverPolicy.Lifetime(duration("30m"), duration("1m"), duration("5s")),
                duration("3m"),
                new RolloverPolicy.Tick(duration("2m"), 3),
                new RolloverPolicy.Ages(duration("20d12h"), duration("21d"), duration("12h"), duration("22d")),
                duration("2h"),
                2,
                RolloverPolicy.Tenancy.SINGLE,
                true,
                List.of());
    }

    @Test
    void givesEveryValueOfThePolicyADefault() {
        KeymgrConfig config = Samples.load(Samples.least());

        assertThat(scope(config).policy())
                .isEqualTo(PolicyDefaults.policy(scope(config).policy().tokens()));
        assertThat(config.store())
                .isEqualTo(new StoreConfig.Sqlite(config.home().resolve("keymgr.db")));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void bindsADatabaseOfSeveralMachines() {
        String postgresql = "postgresql: {url: 'jdbc:postgresql://db.example/keymgr?ssl=true', user: keymgr%s}";
        String plain = Samples.sound().replace("sqlite: state/keymgr.db", postgresql.formatted(""));
        String secret =
                Samples.sound().replace("sqlite: state/keymgr.db", postgresql.formatted(", password-source: 'fd:7'"));

        assertThat(Samples.load(plain).store())
                .isEqualTo(new StoreConfig.Postgresql("jdbc:postgresql://db.example/keymgr?ssl=true", "keymgr", null));
        assertThat(Samples.load(secret).store())
                .isInstanceOfSatisfying(
                        StoreConfig.Postgresql.class,
                        store -> assertThat(store.password())
                                .contains(new SecretSource(SecretSource.Kind.DESCRIPTOR, "7")));
    }

    @Test
    void derivesTheLimitsThatAreNotWrittenFromThoseThatAre() {
        String text = Samples.least() + "    policy: {rotation: 7d, ages: {max: 20d}}\n";

        RolloverPolicy.Ages ages = scope(Samples.load(text)).policy().ages();

        assertThat(ages.max()).isEqualTo(duration("20d"));
        assertThat(ages.warn()).isEqualTo(duration("17d"));
        assertThat(ages.trust()).isEqualTo(duration("21d2h10m"));
    }

    @Test
    void bindsChangeFreezesInUtcAndWithAnOffset() {
        RolloverPolicy policy = Objects.requireNonNull(
                        Samples.load(Samples.sound()).scopes().get(new ScopeName("enterprise")))
                .policy();

        assertThat(policy.freezes())
                .containsExactly(new Freeze(
                        Instant.parse("2026-12-24T12:00:00Z"),
                        Instant.parse("2026-12-24T19:00:00.500Z"),
                        "Christmas Eve"));
    }

    @Test
    void warnsOfAFreezeThatAnAgeLimitOverridesAndTakesIt() {
        String text = Samples.least()
                + "    freezes: [{from: 2026-12-20T00:00:00Z, until: 2027-01-05T00:00:00Z, reason: year end}]\n";

        KeymgrConfig config = Samples.load(text);

        assertThat(config.warnings())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        "keymgr.yaml:11: scopes.consumer.freezes is 16d; it should be at most 23h45m: a rotation"
                                + " due at its beginning can wait no longer than ages.max - 2 rotations - (missed + 1) ticks,"
                                + " and is then made inside it");
        assertThat(scope(config).policy().freezes()).hasSize(1);
    }

    @Test
    void keepsWarningsWithTheirLines() {
        String text = Samples.least() + """
                    policy:
                      rotation: 20m
                      cache: {max-age: 1s, verifiers: {}}
                      propagation: 1s
                      tokens: {max-lifetime: 5m}
                      tick: {period: 1m}
                  enterprise:
                    issuer: https://login.example/enterprise
                    audiences: [https://api.example/consumer]
                    tokens: [{label: enterprise-a, pin-source: "env:PIN"}]
                    publish: {directory: public/enterprise}
                """;

        assertThat(Samples.load(text).warnings())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        "keymgr.yaml:12: scopes.consumer.policy.rotation is 20m; it should be at least 1h in earnest:"
                                + " a policy of seconds is for watching",
                        "keymgr.yaml:13: scopes.consumer.policy.cache is 1m2s; it should be at least 10m with"
                                + " propagation and clock skew: widely used verifiers keep a set for 10 minutes"
                                + " whatever its header says",
                        "keymgr.yaml:19: scopes.enterprise.audiences[0] is an audience of scope consumer too;"
                                + " verifiers there must tell the issuers apart",
                        "keymgr.yaml:20: scopes.enterprise.tokens is [enterprise-a]; it should be two tokens:"
                                + " a standby beside the active key falls with it when the token is compromised");
    }

    @Test
    void tellsAPolicyThatCannotBeFromAFileThatIsNone() {
        String impossible = Samples.sound().replace("rotation: 10d", "rotation: 5m");

        assertThat(refused(impossible).code()).isEqualTo(ErrorCode.POLICY_IMPOSSIBLE);
        assertThat(refused(impossible.replace("standbys: 2", "standbys: two")).code())
                .isEqualTo(ErrorCode.CONFIG_INVALID);
    }

    @Test
    void showsFiftyProblemsAndCountsTheRest() {
        StringBuilder text = new StringBuilder(Samples.least());
        for (int i = 0; i < 60; i++) {
            text.append("x").append(i).append(": 1\n");
        }

        ConfigException e = refused(text.toString());

        assertThat(e.problems()).hasSize(60);
        assertThat(e.getMessage()).hasLineCount(51).endsWith("\nand 10 more");
    }

    @Test
    void neverRepeatsWhatMayBeASecret() {
        List<String> texts = List.of(
                Samples.sound().replace("env:CONSUMER_B_PIN", "hunter2"),
                Samples.sound().replace("env:CONSUMER_B_PIN", "[hunter2]"),
                Samples.sound().replace("env:CONSUMER_B_PIN", "{hunter2: 1}"),
                Samples.sound().replace("env:CONSUMER_B_PIN", "'hunter2"),
                Samples.sound().replace("env:CONSUMER_B_PIN", "env:hunter2-"),
                Samples.sound().replace("pin-source: env:CONSUMER_B_PIN", "pin: hunter2"),
                Samples.sound().replace("https://login.example/consumer", "https://me:hunter2@login.example"),
                Samples.sound().replace("sqlite: state/keymgr.db", "postgresql: {url: 'postgres://me:hunter2@db'}"));

        for (String text : texts) {
            assertThat(refused(text)).hasMessageNotContaining("hunter2");
        }
    }

    private static ConfigException refused(String text) {
        return Objects.requireNonNull(catchThrowableOfType(ConfigException.class, () -> Samples.load(text)), text);
    }

    private static ScopeConfig scope(KeymgrConfig config) {
        return Objects.requireNonNull(config.scopes().get(CONSUMER));
    }

    private static Duration duration(String text) {
        return parse(text).orElseThrow();
    }
}
