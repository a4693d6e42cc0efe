package dev.keymgr.config;

import dev.keymgr.key.ScopeName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a configuration of the tree of a file. */
final class ConfigBinder {
    /** The version of the format. A change that would give an old file another meaning raises it. */
    static final int VERSION = 1;

    static final String SQLITE_DEFAULT = "keymgr.db";
    static final String RUNTIME_DEFAULT = "run";

    private static final String P11_KIT = "p11-kit";
    private static final String NONE = "none";

    private final Problems problems;
    private final Path file;
    private final ConfigHome home;

    ConfigBinder(Problems problems, Path file, ConfigHome home) {
        this.problems = problems;
        this.file = file;
        this.home = home;
    }

    /** Empty when something was reported. */
    Optional<KeymgrConfig> bind(Node.Mapping tree) {
        if (!isOurVersion(tree)) {
            return Optional.empty();
        }
        Section root = new Section(problems, Shape.ROOT, "", Position.START, tree);
        Optional<StoreConfig> store = store(root);
        Optional<HsmConfig> hsm = root.require("hsm", "say how tokens are reached: hsm.client or hsm.module")
                .flatMap(value -> value.section(Shape.HSM))
                .flatMap(this::hsm);
        ScopesApart apart = new ScopesApart();
        boolean isServed = root.isWritten("daemon");
        SortedMap<ScopeName, ScopeConfig> scopes =
                scopes(root, new ScopeBinder(problems, home, apart, hsm.orElse(null), isServed));
        apart.refusePinsAsBearers();
        DaemonConfig daemon = new DaemonBinder(problems, home, apart).bind(root.section("daemon", Shape.DAEMON));
        return store.isEmpty() || hsm.isEmpty() || !problems.isEmpty()
                ? Optional.empty()
                : Optional.of(new KeymgrConfig(
                        file, home.folder(), store.get(), hsm.get(), scopes, daemon, problems.warnings()));
    }

    /** Asked first: of a file of another version nothing else can be said. */
    private boolean isOurVersion(Node.Mapping tree) {
        Node.Member written = tree.members().get("version");
        if (written == null) {
            problems.error(Position.START, "version", "is missing; this keymgr reads version: " + VERSION);
            return true;
        }
        Value value = new Value(problems, "version", written.position(), written.value());
        OptionalInt version = value.integer();
        if (version.isPresent() && version.getAsInt() != VERSION) {
            value.refuse("is " + version.getAsInt() + "; this keymgr reads version " + VERSION
                    + ": use the keymgr the file was written for, or write it anew with 'keymgr init'");
            return false;
        }
        return true;
    }

    private Optional<StoreConfig> store(Section root) {
        Optional<Value> written = root.find("store");
        if (written.isEmpty()) {
            return Optional.of(new StoreConfig.Sqlite(home.folder().resolve(SQLITE_DEFAULT)));
        }
        Optional<Section> store = written.get().section(Shape.STORE);
        if (store.isEmpty()) {
            return Optional.empty();
        }
        Optional<Value> sqlite = store.get().find("sqlite");
        Optional<Value> postgresql = store.get().find("postgresql");
        if (sqlite.isPresent() == postgresql.isPresent()) {
            String found = sqlite.isPresent() ? "has both sqlite and postgresql" : "has neither sqlite nor postgresql";
            written.get().refuse(found + "; give one of them");
            return Optional.empty();
        }
        return sqlite.isPresent()
                ? sqlite.flatMap(home::path).map(StoreConfig.Sqlite::new)
                : postgresql.flatMap(value -> value.section(Shape.POSTGRESQL)).flatMap(this::postgresql);
    }

    private Optional<StoreConfig> postgresql(Section section) {
        Optional<String> url = section.require("url", "give one such as jdbc:postgresql://db.example/keymgr")
                .flatMap(ConfigBinder::jdbcUrl);
        Optional<String> user =
                section.require("user", "name the database user").flatMap(Value::text);
        Optional<Value> source = section.find("password-source");
        Optional<SecretSource> password = source.flatMap(value -> SecretSource.bind(value, home));
        return url.isEmpty() || user.isEmpty() || source.isPresent() != password.isPresent()
                ? Optional.empty()
                : Optional.of(new StoreConfig.Postgresql(url.get(), user.get(), password.orElse(null)));
    }

    /** The URL is not repeated: people put passwords there. */
    private static Optional<String> jdbcUrl(Value value) {
        Optional<String> url = value.text();
        if (url.isPresent() && !url.get().matches("jdbc:postgresql:[^@]+")) {
            value.refuse("is another kind of URL; it must be one such as jdbc:postgresql://db.example/keymgr");
            return Optional.empty();
        }
        if (url.isPresent() && url.get().matches("(?i).*password.*")) {
            value.refuse("holds a password; name its place in store.postgresql.password-source instead");
            return Optional.empty();
        }
        return url;
    }

    private Optional<HsmConfig> hsm(Section section) {
        Optional<Value> written = section.find("isolation");
        Optional<String> isolation =
                written.isEmpty() ? Optional.of(P11_KIT) : written.flatMap(value -> value.word(List.of(P11_KIT, NONE)));
        Path runtime =
                section.find("runtime").flatMap(home::path).orElse(home.folder().resolve(RUNTIME_DEFAULT));
        Optional<Path> client = section.find("client").flatMap(home::path);
        Optional<Path> module = section.find("module").flatMap(home::path);
        Optional<Value> autostart = section.find("autostart");
        boolean start = autostart.flatMap(Value::flag).orElse(false);
        if (isolation.isEmpty()) {
            return Optional.empty();
        }
        if (P11_KIT.equals(isolation.get())) {
            section.require("client", "with isolation p11-kit it names p11-kit-client.so");
            return client.map(library -> new HsmConfig.Isolated(
                    library,
                    module.orElse(null),
                    runtime,
                    start ? HsmConfig.WhenDown.START : HsmConfig.WhenDown.REPORT));
        }
        section.require("module", "with isolation none it names the PKCS#11 library, such as libsofthsm2.so");
        if (start) {
            autostart.ifPresent(value ->
                    value.refuse("is true; it must be false with isolation none: there is no process to start"));
        }
        return module.map(library -> new HsmConfig.InProcess(library, runtime));
    }

    private SortedMap<ScopeName, ScopeConfig> scopes(Section root, ScopeBinder binder) {
        SortedMap<ScopeName, ScopeConfig> scopes = new TreeMap<>();
        Optional<Value> written = root.require("scopes", "name at least one trust domain, such as consumer");
        Optional<Map<String, Value>> members = written.flatMap(Value::members);
        if (members.isPresent() && members.get().isEmpty()) {
            written.ifPresent(value -> value.refuse("is empty; name at least one trust domain, such as consumer"));
        }
        members.orElse(Map.of())
                .forEach((text, value) -> name(text, value)
                        .flatMap(name -> value.section(Shape.SCOPE).flatMap(section -> binder.bind(name, section)))
                        .ifPresent(scope -> scopes.put(scope.scope().name(), scope)));
        return scopes;
    }

    private static Optional<ScopeName> name(String text, Value value) {
        try {
            return Optional.of(new ScopeName(text));
        } catch (IllegalArgumentException e) {
            value.refuse("is not a scope name; use 1 to 32 of lower-case letters, digits and '-', a letter first");
            return Optional.empty();
        }
    }
}
