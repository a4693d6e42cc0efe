package dev.keymgr.config;

import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.rollover.RolloverPolicy.Lifetime;
import dev.keymgr.rollover.RolloverPolicy.Tick;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The commented file that {@code init} and {@code quickstart} write: the scopes consumer and enterprise, each with the
 * tokens a and b of its name, every value of the policy spelled out.
 *
 * @param client p11-kit's client library; null for a token loaded in-process
 * @param module the PKCS#11 library of the token; null only where {@code client} is given
 */
public record StarterConfig(
        Pace pace, @Nullable Path client, @Nullable Path module) {
    private static final List<String> SCOPES = List.of("consumer", "enterprise");
    private static final int COMMENT_COLUMN = 48;
    private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z.-]+)}");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._][A-Za-z0-9/._+-]*");

    /** How fast keys roll. */
    public enum Pace {
        /** The defaults. */
        DAYS,
        /** So that a whole rollover can be watched within a minute; for trying out only. */
        SECONDS,
        /** The same, but no key rolls by itself; with a daemon at any port and one relying party for each scope. */
        DRILL
    }

    /** The relying party of each scope of a drill: its bearer tokens lie in {@code secrets/SCOPE.events} and {@code .decisions}. */
    public static final String DRILL_PARTY = "drilled";

    public StarterConfig {
        if (client == null && module == null) {
            throw new IllegalArgumentException("neither a client library nor a module");
        }
    }

    /** The text of the file. It loads without an error. */
    public String render() {
        String head = fill(resource("starter.yaml"), head());
        StringBuilder text = new StringBuilder(head);
        String template = resource("starter-scope.yaml");
        for (String scope : SCOPES) {
            Map<String, String> values = new LinkedHashMap<>(policy(pace(scope), ""));
            values.putAll(policy(PolicyDefaults.policy(tokens(scope)), "default."));
            values.put("scope", scope);
            text.append(fill(text.length() == head.length() ? template : uncommented(template), values));
            if (pace == Pace.DRILL) {
                text.append(fill(resource("starter-drill.yaml"), Map.of("scope", scope, "party", DRILL_PARTY)));
            }
        }
        return pace == Pace.DRILL
                ? text.append("daemon: {listen: 127.0.0.1:0}\n").toString()
                : text.toString();
    }

    private Map<String, String> head() {
        DaemonConfig daemon = DaemonConfig.DEFAULT;
        return Map.of(
                "sqlite",
                ConfigBinder.SQLITE_DEFAULT,
                "default.sqlite",
                ConfigBinder.SQLITE_DEFAULT,
                "hsm",
                hsm(),
                "default.listen",
                daemon.listen().toString(),
                "default.requests",
                Integer.toString(daemon.limits().requestsPerSecond()),
                "default.connections",
                Integer.toString(daemon.limits().connections()),
                "default.call-timeout",
                Durations.format(daemon.callTimeout()));
    }

    private RolloverPolicy pace(String scope) {
        return switch (pace) {
            case DAYS -> PolicyDefaults.policy(tokens(scope));
            case SECONDS -> seconds(tokens(scope), Duration.ofSeconds(20));
            case DRILL -> seconds(tokens(scope), Duration.ofHours(1));
        };
    }

    private static RolloverPolicy seconds(List<TokenLabel> tokens, Duration rotation) {
        RolloverPolicy draft = new RolloverPolicy(
                tokens,
                PolicyDefaults.ALGORITHMS,
                rotation,
                Caching.of(Duration.ofSeconds(2), Map.of()),
                Duration.ofSeconds(1),
                new Lifetime(Duration.ofSeconds(4), Duration.ZERO, Duration.ofSeconds(1)),
                Duration.ofSeconds(1),
                new Tick(Duration.ofSeconds(1), 2),
                PolicyDefaults.UNDECIDED,
                Duration.ofSeconds(10),
                PolicyDefaults.STANDBYS,
                PolicyDefaults.TENANCY,
                PolicyDefaults.X5C,
                List.of());
        return draft.withAges(PolicyDefaults.ages(draft));
    }

    private static List<TokenLabel> tokens(String scope) {
        return List.of(new TokenLabel(scope + "-a"), new TokenLabel(scope + "-b"));
    }

    private String hsm() {
        List<String> lines = new ArrayList<>();
        if (client == null) {
            lines.add("isolation: none # the library is loaded into keymgr itself; default p11-kit, which is safer");
        } else {
            lines.add("isolation: p11-kit # each token in a process of its own; default p11-kit, or none");
            lines.add("client: " + quote(client));
        }
        if (module != null) {
            lines.add("module: " + quote(module));
        }
        lines.add("runtime: run # folder for sockets and links; default run");
        if (client != null) {
            lines.add("autostart: true # bring the simulated HSM up when it is down; default false");
        }
        return lines.stream().map(line -> aligned("  " + line)).collect(Collectors.joining("\n"));
    }

    private static Map<String, String> policy(RolloverPolicy policy, String prefix) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("algorithms", policy.algorithms().toString());
        values.put("rotation", Durations.format(policy.rotation()));
        values.put("tenancy", policy.tenancy().name().toLowerCase(Locale.ROOT));
        values.put("max-age", Durations.format(policy.cache().maxAge()));
        values.put(
                "verifiers",
                policy.cache().verifiers().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + Durations.format(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}")));
        values.put("cdn", Durations.format(policy.cache().cdn()));
        values.put("propagation", Durations.format(policy.propagation()));
        values.put("max-lifetime", Durations.format(policy.lifetime().max()));
        values.put("leeway", Durations.format(policy.lifetime().leeway()));
        values.put("clock-skew", Durations.format(policy.lifetime().skew()));
        values.put("drain", Durations.format(policy.drain()));
        values.put("period", Durations.format(policy.tick().period()));
        values.put("missed", Integer.toString(policy.tick().missed()));
        values.put("warn", Durations.format(policy.ages().warn()));
        values.put("max", Durations.format(policy.ages().max()));
        values.put("grace", Durations.format(policy.ages().grace()));
        values.put("trust", Durations.format(policy.ages().trust()));
        values.put("suspension", Durations.format(policy.suspension()));
        values.put("standbys", Integer.toString(policy.standbys()));
        return values.entrySet().stream().collect(Collectors.toMap(e -> prefix + e.getKey(), Map.Entry::getValue));
    }

    /** The comments stand beside the first scope; a second time they would only hide the values. */
    private static String uncommented(String template) {
        return template.lines()
                .map(line -> line.replaceAll(" +#.*$", ""))
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    private static String fill(String template, Map<String, String> values) {
        return template.lines()
                .map(line -> PLACE.matcher(line)
                        .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(
                                values.get(place.group(1)), () -> "no value for " + place.group(1)))))
                .map(StarterConfig::aligned)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Puts the comment behind a value into the common column, where the value leaves room. */
    private static String aligned(String line) {
        int comment = line.lastIndexOf(" # ");
        if (comment < 0 || line.contains("\n") || line.substring(0, comment).isBlank()) {
            return line;
        }
        String value = line.substring(0, comment);
        return value + " ".repeat(Math.max(1, COMMENT_COLUMN - value.length())) + line.substring(comment + 1);
    }

    private static String quote(Path path) {
        String text = path.toString();
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .mapToObj(c -> c == '"' || c == '\\' || c == '#' || c < ' ' || c > '~'
                        ? String.format(Locale.ROOT, "\\U%08x", c)
                        : Character.toString(c))
                .forEach(quoted::append);
        return quoted.append('"').toString();
    }

    private static String resource(String name) {
        try (InputStream in = StarterConfig.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
