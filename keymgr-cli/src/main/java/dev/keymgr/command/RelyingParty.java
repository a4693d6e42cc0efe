package dev.keymgr.command;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.token.VerificationPolicy;
import dev.keymgr.token.remote.RefreshPolicy;
import dev.keymgr.token.remote.RemoteKeySource;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Judging as a relying party does: from what is published, without store and keys. What the scope's issuer and audiences are
 * says the configuration where there is one that has the scope; else the pinned certificate and the arguments.
 */
final class RelyingParty {
    private static final int PEM_BYTES_MAX = 1 << 16;

    /** Where no policy says more: a token may live as long as an unconfigured scope lets it. */
    private static final Duration LIFETIME_MAX = Duration.ofHours(24);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "Judge as a relying party does, by what is published there: the address of the scope's folder, such as"
                        + " https://login.example/enterprise. Opens no store and needs no configuration."
            })
    private @Nullable URI url;

    @Option(
            names = "--authority",
            paramLabel = "PEM",
            description =
                    "With --url: believe what these authorities signed and nothing else; from 'keymgr authority'.")
    private @Nullable Path authority;

    @Option(
            names = "--issuer",
            paramLabel = "ISS",
            description = "With --url, where no configuration has the scope: its issuer; else that of the certificate.")
    private @Nullable String issuer;

    boolean isAsked() {
        return url != null;
    }

    /** @throws KeymgrException USAGE for options that go with {@code --url} alone */
    void requireUnused() {
        if (authority != null || issuer != null) {
            throw usage("--authority and --issuer go with --url");
        }
    }

    /** What to judge by. Close its keys. */
    record Judge(Scope scope, VerificationPolicy policy, RemoteKeySource keys, Clock clock) {}

    Judge judge(KeymgrCommand root, String name, List<String> audiences, String type, Clock clock) {
        Optional<ScopeConfig> known = configured(root, name);
        byte[] pem = authority == null ? null : Input.read(root, authority, PEM_BYTES_MAX);
        Scope scope = known.map(ScopeConfig::scope).orElseGet(() -> described(name, pem, audiences));
        if (issuer != null && !issuer.equals(scope.issuer())) {
            throw usage("--issuer " + issuer + " is not that of the configuration, " + scope.issuer());
        }
        Set<String> demanded = new HashSet<>(audiences.isEmpty() ? scope.audiences() : audiences);
        if (!scope.audiences().containsAll(demanded)) {
            throw usage("--audience " + demanded + " is not of scope " + name + ", which has " + scope.audiences());
        }
        VerificationPolicy policy = known.map(config -> new VerificationPolicy(
                        type,
                        demanded,
                        config.policy().lifetime().leeway(),
                        config.policy().lifetime().skew(),
                        config.policy().lifetime().max()))
                .orElseGet(() ->
                        new VerificationPolicy(type, demanded, Duration.ZERO, Duration.ofSeconds(1), LIFETIME_MAX));
        return new Judge(scope, policy, source(root, scope, pem, clock), clock);
    }

    /** A configuration that is named must have the scope; one that merely lies about need not. */
    private static Optional<ScopeConfig> configured(KeymgrCommand root, String name) {
        if (root.configArgument() == null && !root.hasConfiguration()) {
            return Optional.empty();
        }
        return root.configArgument() != null
                ? Optional.of(root.workbench().requireScope(name))
                : root.workbench().config().scopes().values().stream()
                        .filter(s -> s.scope().name().value().equals(name))
                        .findFirst();
    }

    private Scope described(String name, byte @Nullable [] pem, List<String> audiences) {
        if (audiences.isEmpty()) {
            throw usage("no configuration has scope " + name + ": say the audience with --audience");
        }
        ScopeName scope;
        try {
            scope = new ScopeName(name);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        return new Scope(scope, issuerOf(scope, pem), audiences);
    }

    private String issuerOf(ScopeName scope, byte @Nullable [] pem) {
        if (issuer != null) {
            return issuer;
        }
        if (pem == null) {
            throw usage(
                    "no configuration has scope " + scope + ": say --issuer, or --authority to go by a certificate");
        }
        return PinnedAuthorities.issuerOf(scope, pem);
    }

    private RemoteKeySource source(KeymgrCommand root, Scope scope, byte @Nullable [] pem, Clock clock) {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(RefreshPolicy.DEFAULT.timeout())
                .build();
        URI address = Objects.requireNonNull(url);
        try {
            if (pem != null) {
                return RemoteKeySource.signed(
                        address,
                        PinnedAuthorities.fromPem(scope.name(), scope.issuer(), pem),
                        client,
                        clock,
                        root.machine().random(),
                        RefreshPolicy.DEFAULT);
            }
            root.terminal()
                    .say("no authority is pinned: whoever controls " + address.getHost()
                            + " controls the verdict; pin with --authority");
            return RemoteKeySource.unsigned(
                    address, scope.issuer(), client, clock, root.machine().random(), RefreshPolicy.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw usage("--url: " + e.getMessage());
        }
    }

    private static KeymgrException usage(String message) {
        return new KeymgrException(ErrorCode.USAGE, message);
    }
}
