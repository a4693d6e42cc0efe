package dev.keymgr.config;

import dev.keymgr.config.ScopesApart.Thing;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.DocumentTerms;
import dev.keymgr.rollover.RolloverPolicy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes scopes, and sees to it that no two have anything in common. */
final class ScopeBinder {
    /** sockaddr_un.sun_path on Linux holds 108 bytes with the closing zero. */
    private static final int SOCKET_BYTES_MAX = 107;

    private static final String NOWHERE =
            "name the folder for its documents, or have keymgr daemon serve them: add" + " daemon: {} at the top level";

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final Problems problems;
    private final ConfigHome home;
    private final @Nullable HsmConfig hsm;
    private final Path runtime;
    private final ScopesApart apart;
    private final boolean isServed;
    private final Map<String, String> audiences = new HashMap<>();
    private final Map<String, String> sockets = new HashMap<>();

    /**
     * Without an HSM, when that part of the file was refused, the rest is checked all the same.
     *
     * @param isServed whether the file has a daemon, so that a scope needs no folder
     */
    ScopeBinder(Problems problems, ConfigHome home, ScopesApart apart, @Nullable HsmConfig hsm, boolean isServed) {
        this.problems = problems;
        this.home = home;
        this.apart = apart;
        this.isServed = isServed;
        this.hsm = hsm;
        this.runtime = hsm == null ? home.folder() : hsm.runtime();
    }

    /** Empty when something was reported. */
    Optional<ScopeConfig> bind(ScopeName name, Section section) {
        Optional<String> issuer = section.require("issuer", "give the URL that its tokens carry as iss")
                .flatMap(value -> issuer(name, value));
        List<String> audiences = section.require("audiences", "list the aud values that its tokens may carry")
                .flatMap(value -> value.items("a list with at least one audience"))
                .map(items -> audiences(name, items))
                .orElse(List.of());
        List<TokenConfig> tokens = section.require("tokens", "list the tokens that hold its keys, two if possible")
                .flatMap(value -> value.items("a list with at least one token"))
                .map(items -> tokens(name, items))
                .orElse(List.of());
        Section publish = section.section("publish", Shape.PUBLISH);
        List<Path> directories = directories(name, publish);
        List<URI> probes = publish.find("probes")
                .flatMap(value -> value.items("a list with at least one URL"))
                .map(items -> probes(name, items))
                .orElse(List.of());
        DocumentTerms terms = publish.find("validity")
                .flatMap(value -> value.duration(Duration.ofSeconds(1)))
                .map(DocumentTerms::new)
                .orElse(DocumentTerms.DEFAULT);
        List<RelyingParty> parties = new RelyingPartyBinder(problems, home, apart, name, section).bind();
        Optional<RolloverPolicy> policy = new PolicyBinder(problems, section)
                .bind(tokens.stream().map(TokenConfig::label).toList(), parties);
        if (issuer.isEmpty() || audiences.isEmpty() || policy.isEmpty() || problems.areIn(section.path())) {
            return Optional.empty();
        }
        Scope scope = new Scope(name, issuer.get(), audiences);
        return Optional.of(new ScopeConfig(scope, policy.get(), tokens, directories, probes, terms, parties));
    }

    private Optional<String> issuer(ScopeName name, Value value) {
        Optional<String> issuer = Issuer.bind(value);
        issuer.ifPresent(url -> apart.claim(name, Thing.ISSUER, Issuer.identity(url), value));
        return issuer;
    }

    private List<String> audiences(ScopeName name, List<Value> items) {
        Set<String> bound = new LinkedHashSet<>();
        for (Value item : items) {
            item.text().ifPresent(audience -> {
                if (!bound.add(audience)) {
                    item.refuse("is " + Problems.show(audience) + " again; name each audience once");
                }
                String other = audiences.putIfAbsent(audience, name.value());
                if (other != null && !other.equals(name.value())) {
                    problems.warn(
                            item.position(),
                            item.path(),
                            "is an audience of scope " + other + " too; verifiers there must tell the issuers apart");
                }
            });
        }
        return List.copyOf(bound);
    }

    private List<TokenConfig> tokens(ScopeName name, List<Value> items) {
        List<TokenConfig> tokens = new ArrayList<>();
        Set<TokenLabel> labels = new HashSet<>();
        for (Value item : items) {
            item.section(Shape.TOKEN)
                    .flatMap(section -> token(name, section, labels))
                    .ifPresent(tokens::add);
        }
        return tokens;
    }

    private Optional<TokenConfig> token(ScopeName name, Section section, Set<TokenLabel> labels) {
        Optional<TokenLabel> label = section.require("label", "give the label of the PKCS#11 token")
                .flatMap(value -> label(name, value, labels));
        Optional<SecretSource> pin = section.require("pin-source", "say where its PIN is: " + SecretSource.RULE)
                .flatMap(value -> pin(name, value));
        Optional<Path> socket = section.find("socket")
                .map(value -> home.path(value).filter(path -> isSocket(name, path, value)))
                .orElseGet(() -> label.filter(known -> !problems.areIn(section.path()))
                        .flatMap(known -> socket(name, known, section)));
        return label.isEmpty() || pin.isEmpty() || socket.isEmpty()
                ? Optional.empty()
                : Optional.of(new TokenConfig(label.get(), pin.get(), socket.get()));
    }

    private Optional<TokenLabel> label(ScopeName name, Value value, Set<TokenLabel> labels) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            TokenLabel label = new TokenLabel(text.get());
            apart.claim(name, Thing.TOKEN, label.value(), value);
            if (!labels.add(label)) {
                value.refuse("is " + Problems.show(text.get()) + " again; name each token once");
            }
            return Optional.of(label);
        } catch (IllegalArgumentException e) {
            return value.refuseValue(text.get(), "1 to 32 bytes, without blanks at either end");
        }
    }

    private Optional<SecretSource> pin(ScopeName name, Value value) {
        Optional<SecretSource> pin = SecretSource.bind(value, home);
        pin.ifPresent(source -> apart.claim(name, Thing.PIN, source.identity(), value));
        return pin;
    }

    /** The socket of a token that names none. */
    private Optional<Path> socket(ScopeName name, TokenLabel label, Section token) {
        if (!(hsm instanceof HsmConfig.Isolated)
                || FILE_NAME.matcher(label.value()).matches()) {
            Path path = runtime.resolve(
                    label.value().replaceAll("[^A-Za-z0-9._-]", "_").concat(".sock"));
            return token.find("label")
                    .filter(value -> isSocket(name, path, value))
                    .map(value -> path);
        }
        return token.require("socket", "its label cannot name a file, so name the socket")
                .flatMap(home::path);
    }

    private boolean isSocket(ScopeName name, Path path, Value value) {
        if (!(hsm instanceof HsmConfig.Isolated)) {
            return true;
        }
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > SOCKET_BYTES_MAX && (value.path().endsWith(".socket") || !choosesItsOwnSocket())) {
            value.refuse("makes the socket " + Problems.show(path.toString()) + " of " + length
                    + " bytes; a socket's path has at most " + SOCKET_BYTES_MAX + ": give hsm.runtime a shorter path");
        }
        String identity = ConfigHome.identity(path);
        apart.claim(name, Thing.SOCKET, identity, value);
        String twin = sockets.putIfAbsent(identity, value.path());
        if (twin != null && !problems.areIn(value.path())) {
            value.refuse("makes the socket of " + twin + "; give each token its own");
        }
        return !problems.areIn(value.path());
    }

    /** The simulated HSM moves a socket whose path would be too long, and leaves a note where it went. */
    private boolean choosesItsOwnSocket() {
        return hsm instanceof HsmConfig.Isolated isolated && isolated.whenDown() == HsmConfig.WhenDown.START;
    }

    private List<Path> directories(ScopeName name, Section publish) {
        Optional<Value> directory = isServed ? publish.find("directory") : publish.require("directory", NOWHERE);
        List<Path> paths = new ArrayList<>();
        Set<String> identities = new HashSet<>();
        for (Value item : directory.flatMap(ScopeBinder::oneOrMore).orElse(List.of())) {
            home.path(item).ifPresent(path -> {
                String identity = ConfigHome.identity(path);
                apart.claim(name, Thing.FOLDER, identity, item);
                if (!identities.add(identity)) {
                    item.refuse("is a folder named before; name each once");
                }
                paths.add(path);
            });
        }
        return paths;
    }

    private List<URI> probes(ScopeName name, List<Value> items) {
        List<URI> probes = new ArrayList<>();
        Set<String> identities = new HashSet<>();
        for (Value item : items) {
            Optional<String> text = item.text();
            Optional<URI> probe = text.flatMap(WebAddress::parse);
            if (text.isPresent() && probe.isEmpty()) {
                item.refuse(
                        text.get().contains("@")
                                ? "names a user; it must be " + WebAddress.RULE
                                : "is " + Problems.show(text.get()) + "; it must be " + WebAddress.RULE);
            }
            probe.ifPresent(url -> {
                apart.claim(name, Thing.PROBE, WebAddress.identity(url), item);
                if (!identities.add(WebAddress.identity(url))) {
                    item.refuse("is a URL named before; name each once");
                }
                probes.add(url);
            });
        }
        return probes;
    }

    private static Optional<List<Value>> oneOrMore(Value value) {
        return value.isText() ? Optional.of(List.of(value)) : value.items("a folder or a list of folders");
    }
}
