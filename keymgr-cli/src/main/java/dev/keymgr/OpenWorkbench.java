package dev.keymgr;

import dev.keymgr.audit.Alarms;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.command.Machine;
import dev.keymgr.command.SimulatedHsm;
import dev.keymgr.command.Workbench;
import dev.keymgr.config.HsmConfig;
import dev.keymgr.config.HsmConfig.WhenDown;
import dev.keymgr.config.KeymgrConfig;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.StoreConfig;
import dev.keymgr.config.TokenConfig;
import dev.keymgr.hsm.BoundedTokens;
import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.hsm.TokenInitialization;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.hsm.pin.PinSources;
import dev.keymgr.hsm.pkcs11.Pkcs11Connection;
import dev.keymgr.hsm.pkcs11.Pkcs11Settings;
import dev.keymgr.hsm.pkcs11.Pkcs11TokenInitialization;
import dev.keymgr.hsm.pkcs11.Pkcs11Tokens;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.inventory.Heartbeats;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.jwks.JwksProbe;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.jwks.file.DirectorySink;
import dev.keymgr.jwks.http.HttpProbe;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.ManagedScope;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.lifecycle.Records;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.store.file.OrderDirectory;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.token.SigningPolicy;
import dev.keymgr.token.TokenSigner;
import dev.keymgr.token.VerificationPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The object graph over one configuration. Each part is made when it is first asked for. */
final class OpenWorkbench implements Workbench {
    /** Long enough for another process's slow key generation, short enough for a person to wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** As long as the most patient of relying parties' libraries. */
    private static final Duration PROBE = Duration.ofSeconds(5);

    /** Beside the configuration, not beside the store: whatever ails the store should not take this with it. */
    private static final String ORDERS = "emergency";

    private static final char[] NO_PASSWORD = {};

    private final KeymgrConfig config;
    private final Machine machine;
    private final Clock clock;
    private final PinSources pins;
    private @Nullable JdbcStore store;
    private @Nullable HttpClient probes;
    private @Nullable BoundedTokens tokens;

    OpenWorkbench(KeymgrConfig config, Machine machine, Clock clock) {
        this.config = config;
        this.machine = machine;
        this.clock = clock;
        this.pins = new PinSources(config.home(), machine.environment());
    }

    @Override
    public KeymgrConfig config() {
        return config;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public String actor() {
        return machine.user();
    }

    @Override
    public PinSource pin(String source) {
        return pins.parse(source);
    }

    // ---- store

    private JdbcStore store() {
        JdbcStore open = store;
        if (open == null) {
            open = JdbcStore.open(storeSettings(), clock);
            store = open;
        }
        return open;
    }

    private StoreSettings storeSettings() {
        if (config.store() instanceof StoreConfig.Postgresql postgres) {
            return StoreSettings.postgres(
                    postgres.url(),
                    postgres.user(),
                    () -> postgres.password()
                            .map(source -> {
                                try (var secret = pin(source.toString()).read()) {
                                    return secret.lend(char[]::clone);
                                }
                            })
                            .orElse(NO_PASSWORD));
        }
        return StoreSettings.sqlite(((StoreConfig.Sqlite) config.store()).file());
    }

    @Override
    public boolean hasStore() {
        return !(config.store() instanceof StoreConfig.Sqlite sqlite) || Files.exists(sqlite.file());
    }

    @Override
    public void migrateStore() {
        JdbcStore.migrate(storeSettings(), clock);
        orders().make();
    }

    @Override
    public Inventory inventory() {
        return store();
    }

    @Override
    public AuditLog audit() {
        return store();
    }

    @Override
    public OrderDirectory orders() {
        return new OrderDirectory(config.home().resolve(ORDERS));
    }

    @Override
    public Heartbeats heartbeats() {
        return store().daemons();
    }

    @Override
    public Alarms alarms() {
        return store().daemons();
    }

    @Override
    public Deliveries deliveries() {
        return store().daemons();
    }

    @Override
    public SecurityEvents securityEvents() {
        return store().securityEvents();
    }

    @Override
    public AuthorityRecords authorities() {
        return store().authorities();
    }

    @Override
    public Optional<DataSource> jobDatabase() {
        return config.store() instanceof StoreConfig.Postgresql
                ? Optional.of(JdbcStore.connections(storeSettings(), clock))
                : Optional.empty();
    }

    // ---- tokens

    @Override
    public Tokens tokens() {
        BoundedTokens open = tokens;
        if (open == null) {
            open = new BoundedTokens(this::connect, config.daemon().callTimeout());
            tokens = open;
        }
        BoundedTokens known = open;
        return label -> startingIfDown(known, label);
    }

    @Override
    public long signatures(TokenLabel token) {
        BoundedTokens open = tokens;
        return open == null ? 0 : open.signatures(token);
    }

    /** A connection of its own for each token, so that one that hangs holds up no other. */
    private BoundedTokens.Connection connect(TokenLabel label) {
        List<TokenConfig> named =
                configuredTokens().filter(t -> t.label().equals(label)).toList();
        if (named.isEmpty()) {
            throw new HsmException(
                    ErrorCode.TOKEN_UNAVAILABLE,
                    label,
                    "not configured; configured are "
                            + configuredTokens().map(TokenConfig::label).toList());
        }
        return new Pkcs11Tokens(named.stream()
                .map(t -> new Pkcs11Settings(t.label(), pin(t.pin().toString()), connection(t)))
                .toList());
    }

    /** A simulated HSM made by quickstart comes up by itself, once per question; any other is reported as down. */
    private Hsm startingIfDown(Tokens known, TokenLabel label) {
        try {
            return known.require(label);
        } catch (HsmException e) {
            boolean starts =
                    config.hsm() instanceof HsmConfig.Isolated isolated && isolated.whenDown() == WhenDown.START;
            if (!starts || e.code() != ErrorCode.TOKEN_UNAVAILABLE) {
                throw e;
            }
            SimulatedHsm.in(machine.installation()).up(config.home(), List.of(label));
            return known.require(label);
        }
    }

    @Override
    public TokenInitialization tokenInitialization() {
        Map<TokenLabel, Pkcs11Connection> connections =
                configuredTokens().collect(Collectors.toMap(TokenConfig::label, this::connection));
        return new Pkcs11TokenInitialization(connections);
    }

    private Stream<TokenConfig> configuredTokens() {
        return config.scopes().values().stream().flatMap(s -> s.tokens().stream());
    }

    private Pkcs11Connection connection(TokenConfig token) {
        if (config.hsm() instanceof HsmConfig.InProcess inProcess) {
            return new Pkcs11Connection.InProcess(inProcess.module());
        }
        HsmConfig.Isolated isolated = (HsmConfig.Isolated) config.hsm();
        return new Pkcs11Connection.Isolated(socket(token), isolated.client(), isolated.runtime());
    }

    /** The simulated HSM says where a socket went whose usual path was too long. */
    private Path socket(TokenConfig token) {
        Path note = config.home().resolve("hsm").resolve(token.label().value()).resolve("socket");
        boolean simulated =
                config.hsm() instanceof HsmConfig.Isolated isolated && isolated.whenDown() == WhenDown.START;
        return simulated ? note : token.socket();
    }

    // ---- scopes

    @Override
    public ManagedScope scope(ScopeName name) {
        ScopeConfig scope = requireScope(name.value());
        List<JwksSink> sinks =
                scope.directories().stream().<JwksSink>map(DirectorySink::new).toList();
        return new ManagedScope(
                scope.scope(),
                scope.policy(),
                sinks,
                scope.probes().stream().map(this::probe).toList(),
                scope.terms(),
                registered(name));
    }

    @Override
    public List<Exposure.Verifier> registered(ScopeName name) {
        return requireScope(name.value()).relyingParties().stream()
                .map(p -> new Exposure.Verifier(p.name(), p.contact(), p.cache()))
                .toList();
    }

    private JwksProbe probe(URI url) {
        HttpClient open = probes;
        if (open == null) {
            open = HttpClient.newBuilder().connectTimeout(PROBE).build();
            probes = open;
        }
        return new HttpProbe(url, open, PROBE);
    }

    @Override
    public Lifecycle lifecycle(Progress progress) {
        return new Lifecycle(
                config.scopes().keySet().stream().map(this::scope).toList(),
                new Records(store(), store(), store().authorities(), orders()),
                tokens(),
                clock,
                machine.random(),
                machine.user(),
                PATIENCE,
                progress);
    }

    @Override
    public TokenSigner signer(ScopeName name) {
        ScopeConfig scope = requireScope(name.value());
        SigningPolicy policy = new SigningPolicy(
                scope.policy().algorithms(),
                VerificationPolicy.ACCESS_TOKEN,
                scope.policy().drain(),
                scope.policy().lifetime().max(),
                scope.policy().ages().max().plus(scope.policy().ages().grace()));
        // What was revoked here without the store signs no more here, though its private half may be under a hold.
        return new TokenSigner(
                scope.scope(),
                policy,
                () -> EmergencyOrder.imagined(store().read(name), orders().of(name)),
                tokens(),
                clock,
                machine.random());
    }

    @Override
    public void close() {
        BoundedTokens openTokens = tokens;
        if (openTokens != null) {
            openTokens.close();
        }
        JdbcStore openStore = store;
        if (openStore != null) {
            openStore.close();
        }
    }
}
