package dev.keymgr.config;

import dev.keymgr.config.DaemonConfig.Limits;
import dev.keymgr.config.DaemonConfig.Listen;
import dev.keymgr.config.DaemonConfig.Tls;
import dev.keymgr.config.DaemonConfig.Webhook;
import dev.keymgr.config.ScopesApart.Thing;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the part of the configuration that only the daemon reads. Bound after the scopes: their PINs are taken. */
final class DaemonBinder {
    private static final Pattern LISTEN = Pattern.compile(
            "(?:([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)|\\[([0-9A-Fa-f:.]{2,45})])" + ":(0|[1-9][0-9]{0,4})");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final String LISTEN_RULE =
            "host:port, such as 127.0.0.1:8470 or \"[::1]:8470\", with a port up to 65535";
    private static final Duration CALL_LEAST = Duration.ofSeconds(1);
    private static final Duration CALL_MOST = Duration.ofMinutes(10);
    private static final int REQUESTS_MAX = 1_000_000;
    private static final int CONNECTIONS_MAX = 100_000;
    private static final int PORT_MAX = 0xffff;

    private final Problems problems;
    private final ConfigHome home;
    private final ScopesApart apart;

    DaemonBinder(Problems problems, ConfigHome home, ScopesApart apart) {
        this.problems = problems;
        this.home = home;
        this.apart = apart;
    }

    /** With the default of everything that is absent, or was reported. */
    DaemonConfig bind(Section daemon) {
        Optional<Tls> tls =
                daemon.find("tls").flatMap(v -> v.section(Shape.TLS)).flatMap(this::tls);
        Section limits = daemon.section("limits", Shape.LIMITS);
        return new DaemonConfig(
                daemon.find("listen").flatMap(value -> listen(value, daemon)).orElse(DaemonConfig.DEFAULT.listen()),
                tls.orElse(null),
                new Limits(
                        limits.integer(
                                "requests-per-second",
                                1,
                                REQUESTS_MAX,
                                DaemonConfig.DEFAULT.limits().requestsPerSecond()),
                        limits.integer(
                                "connections",
                                1,
                                CONNECTIONS_MAX,
                                DaemonConfig.DEFAULT.limits().connections())),
                daemon.find("call-timeout")
                        .flatMap(value -> value.duration(CALL_LEAST, CALL_MOST))
                        .orElse(DaemonConfig.DEFAULT.callTimeout()),
                daemon.find("webhooks")
                        .flatMap(value -> value.items("a list with at least one webhook"))
                        .map(this::webhooks)
                        .orElse(List.of()),
                daemon.find("hook")
                        .flatMap(value -> value.items("a list of a program and its arguments"))
                        .map(DaemonBinder::hook)
                        .orElse(List.of()));
    }

    private Optional<Listen> listen(Value value, Section daemon) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher form = LISTEN.matcher(text.get());
        if (!form.matches() || Integer.parseInt(form.group(3)) > PORT_MAX) {
            return value.refuseValue(text.get(), LISTEN_RULE);
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        if (!daemon.isWritten("tls") && !host.startsWith("127.") && !WebAddress.isLoopback(bracketed(host))) {
            problems.warn(
                    value.position(),
                    value.path(),
                    "is " + text.get() + " without daemon.tls: who stands between could serve other keys;"
                            + " give it certificate and key, or listen on 127.0.0.1 behind a proxy that has them");
        }
        return Optional.of(new Listen(host, Integer.parseInt(form.group(3))));
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private Optional<Tls> tls(Section section) {
        Optional<Path> certificate = section.require("certificate", "name the PEM file of the chain; TLS needs both")
                .flatMap(home::path);
        Optional<Path> key = section.require("key", "name the PEM file of the private key; TLS needs both")
                .flatMap(home::path);
        return certificate.flatMap(chain -> key.map(own -> new Tls(chain, own)));
    }

    private List<Webhook> webhooks(List<Value> items) {
        List<Webhook> webhooks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (Value item : items) {
            item.section(Shape.WEBHOOK)
                    .flatMap(section -> webhook(section, names, secrets))
                    .ifPresent(webhooks::add);
        }
        return webhooks;
    }

    private Optional<Webhook> webhook(Section section, Set<String> names, Set<String> secrets) {
        Optional<String> name = section.require("name", "give it one: how far it was told is kept under its name")
                .flatMap(value -> name(value, names));
        Optional<URI> url =
                section.require("url", "give the URL that is called").flatMap(DaemonBinder::url);
        Optional<SecretSource> secret = section.require(
                        "secret-source", "say where the secret of its signatures is: " + SecretSource.RULE)
                .flatMap(value -> secret(value, secrets));
        Set<EventType> events = section.find("events")
                .flatMap(value -> value.items("a list with at least one event"))
                .map(DaemonBinder::events)
                .orElse(EnumSet.allOf(EventType.class));
        return name.isEmpty() || url.isEmpty() || secret.isEmpty()
                ? Optional.empty()
                : Optional.of(new Webhook(name.get(), url.get(), secret.get(), events));
    }

    private static Optional<String> name(Value value, Set<String> names) {
        Optional<String> text = value.text();
        if (text.isPresent() && !NAME.matcher(text.get()).matches()) {
            return value.refuseValue(
                    text.get(), "1 to 32 of lower-case letters, digits and '-', a letter or a digit first");
        }
        if (text.isPresent() && !names.add(text.get())) {
            value.refuse("is " + text.get() + " again; give each webhook its own name");
        }
        return text;
    }

    /** The URL is not repeated: providers put secrets there. */
    private static Optional<URI> url(Value value) {
        Optional<String> text = value.text();
        Optional<URI> url = text.flatMap(WebAddress::parse);
        if (text.isPresent() && url.isEmpty()) {
            value.refuse("is another kind of URL; it must be " + WebAddress.RULE
                    + " (what is there is not shown: it may hold a secret)");
        }
        return url;
    }

    /** Not a PIN, which would be tried against signatures that leave the house; and no two receivers may sign alike. */
    private Optional<SecretSource> secret(Value value, Set<String> secrets) {
        Optional<SecretSource> secret = SecretSource.bind(value, home);
        secret.ifPresent(source -> {
            apart.refuseTaken(Thing.PIN, source.identity(), value);
            apart.refuseTaken(Thing.BEARER, source.identity(), value);
            if (!secrets.add(source.identity())) {
                value.refuse("is another webhook's too; give each its own, or one could sign for the other");
            }
        });
        return secret;
    }

    private static Set<EventType> events(List<Value> items) {
        List<String> known =
                Arrays.stream(EventType.values()).map(EventType::id).toList();
        Set<EventType> events = EnumSet.noneOf(EventType.class);
        for (Value item : items) {
            item.word(known).flatMap(EventType::find).ifPresent(type -> {
                if (!events.add(type)) {
                    item.refuse("is " + type.id() + " again; name each event once");
                }
            });
        }
        return events;
    }

    private static List<String> hook(List<Value> items) {
        List<String> command = new ArrayList<>();
        for (Value item : items) {
            Optional<String> word = item.text();
            if (item.equals(items.get(0))
                    && word.filter(program -> !program.startsWith("/")).isPresent()) {
                item.refuse("is " + Problems.show(word.get()) + "; it must be an absolute path: no shell looks it up");
            }
            word.ifPresent(command::add);
        }
        return command;
    }
}
