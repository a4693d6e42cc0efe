package dev.keymgr.config;

import java.util.List;

/**
 * The keys a mapping of the file may have. Mappings whose keys are names (scopes, verifiers) have no shape.
 *
 * @param place where it stands, with {@code <scope>} for a name and {@code []} for an element
 * @param keys in the order in which a reader meets them
 */
record Shape(String place, List<String> keys) {
    static final Shape ROOT = of("", "version", "store", "hsm", "scopes", "daemon");
    static final Shape STORE = of("store", "sqlite", "postgresql");
    static final Shape POSTGRESQL = of("store.postgresql", "url", "user", "password-source");
    static final Shape HSM = of("hsm", "isolation", "client", "module", "runtime", "autostart");
    static final Shape SCOPE =
            of("scopes.<scope>", "issuer", "audiences", "tokens", "policy", "freezes", "relying-parties", "publish");
    static final Shape TOKEN = of("scopes.<scope>.tokens[]", "label", "pin-source", "socket");
    static final Shape POLICY = of(
            "scopes.<scope>.policy",
            "algorithms",
            "rotation",
            "tenancy",
            "cache",
            "propagation",
            "tokens",
            "drain",
            "tick",
            "ages",
            "suspension",
            "standbys",
            "x5c");
    static final Shape CACHE = of("scopes.<scope>.policy.cache", "max-age", "verifiers", "cdn");
    static final Shape LIFETIME = of("scopes.<scope>.policy.tokens", "max-lifetime", "leeway", "clock-skew");
    static final Shape TICK = of("scopes.<scope>.policy.tick", "period", "missed");
    static final Shape AGES = of("scopes.<scope>.policy.ages", "warn", "max", "grace", "trust");
    static final Shape FREEZE = of("scopes.<scope>.freezes[]", "from", "until", "reason");
    static final Shape RELYING_PARTY =
            of("scopes.<scope>.relying-parties[]", "name", "contact", "cache", "events", "decisions");
    static final Shape EVENTS = of("scopes.<scope>.relying-parties[].events", "push", "poll", "secret-source");
    static final Shape DECISIONS = of("scopes.<scope>.relying-parties[].decisions", "secret-source");
    static final Shape PUBLISH = of("scopes.<scope>.publish", "directory", "validity", "probes");
    static final Shape DAEMON = of("daemon", "listen", "tls", "limits", "call-timeout", "webhooks", "hook");
    static final Shape TLS = of("daemon.tls", "certificate", "key");
    static final Shape LIMITS = of("daemon.limits", "requests-per-second", "connections");
    static final Shape WEBHOOK = of("daemon.webhooks[]", "name", "url", "secret-source", "events");

    static final List<Shape> ALL = List.of(
            ROOT,
            STORE,
            POSTGRESQL,
            HSM,
            SCOPE,
            TOKEN,
            POLICY,
            CACHE,
            LIFETIME,
            TICK,
            AGES,
            FREEZE,
            RELYING_PARTY,
            EVENTS,
            DECISIONS,
            PUBLISH,
            DAEMON,
            TLS,
            LIMITS,
            WEBHOOK);

    Shape {
        keys = List.copyOf(keys);
    }

    private static Shape of(String place, String... keys) {
        return new Shape(place, List.of(keys));
    }
}
