package dev.keymgr.config;

import static dev.keymgr.rollover.RolloverPolicy.DURATION_MIN;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.Freeze;
import dev.keymgr.rollover.PolicyException;
import dev.keymgr.rollover.PolicyLint;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.rollover.RolloverPolicy.Lifetime;
import dev.keymgr.rollover.RolloverPolicy.Tenancy;
import dev.keymgr.rollover.RolloverPolicy.Tick;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Makes the policy of one scope and asks the lint about it. */
final class PolicyBinder {
    private static final Pattern VERIFIER = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    /** In a policy, those its keys are made in; the file lists them beside the policy. */
    private static final String TOKENS = "tokens";

    private static final Set<String> BESIDE = Set.of(TOKENS, FreezeBinder.KEY);

    private final Problems problems;
    private final Section scope;
    private final Section policy;

    PolicyBinder(Problems problems, Section scope) {
        this.problems = problems;
        this.scope = scope;
        this.policy = scope.section("policy", Shape.POLICY);
    }

    /** Empty when something was reported. */
    Optional<RolloverPolicy> bind(List<TokenLabel> tokens, List<RelyingParty> parties) {
        Section ages = policy.section("ages", Shape.AGES);
        refuseBadAges(ages);
        List<Freeze> freezes = new FreezeBinder(problems, scope).bind();
        Optional<RolloverPolicy> draft = draft(tokens, parties);
        if (draft.isEmpty() || problems.areIn(policy.path())) {
            return Optional.empty();
        }
        RolloverPolicy whole = draft.get().withAges(ages(ages, draft.get())).withFreezes(freezes);
        return lint(whole) ? Optional.of(whole) : Optional.empty();
    }

    private Optional<RolloverPolicy> draft(List<TokenLabel> tokens, List<RelyingParty> parties) {
        List<SigningAlgorithm> algorithms = algorithms();
        Duration rotation = policy.duration("rotation", DURATION_MIN, PolicyDefaults.ROTATION);
        Caching cache = cache(parties);
        Duration propagation = policy.duration("propagation", Duration.ZERO, PolicyDefaults.PROPAGATION);
        Lifetime lifetime = lifetime();
        Duration drain = policy.duration("drain", DURATION_MIN, PolicyDefaults.DRAIN);
        Tick tick = tick();
        Duration suspension = policy.duration("suspension", DURATION_MIN, PolicyDefaults.SUSPENSION);
        int standbys = policy.integer("standbys", PolicyDefaults.STANDBYS);
        Tenancy tenancy = tenancy();
        boolean x5c = policy.find("x5c").flatMap(Value::flag).orElse(PolicyDefaults.X5C);
        return within(() -> new RolloverPolicy(
                tokens,
                algorithms,
                rotation,
                cache,
                propagation,
                lifetime,
                drain,
                tick,
                PolicyDefaults.UNDECIDED,
                suspension,
                standbys,
                tenancy,
                x5c,
                List.of()));
    }

    private List<SigningAlgorithm> algorithms() {
        Optional<List<Value>> items =
                policy.find("algorithms").flatMap(value -> value.items("a list with at least one algorithm"));
        if (items.isEmpty()) {
            return PolicyDefaults.ALGORITHMS;
        }
        List<String> known =
                Arrays.stream(SigningAlgorithm.values()).map(Enum::name).toList();
        Set<SigningAlgorithm> algorithms = new LinkedHashSet<>();
        for (Value item : items.get()) {
            item.word(known).flatMap(SigningAlgorithm::find).ifPresent(algorithm -> {
                if (!algorithms.add(algorithm)) {
                    item.refuse("is " + algorithm + " again; name each algorithm once");
                }
            });
        }
        return algorithms.isEmpty() ? PolicyDefaults.ALGORITHMS : List.copyOf(algorithms);
    }

    /** The relying parties of the scope are verifiers like those that only have a name. */
    private Caching cache(List<RelyingParty> parties) {
        Section cache = policy.section("cache", Shape.CACHE);
        Duration maxAge = cache.duration("max-age", DURATION_MIN, PolicyDefaults.CACHE.maxAge());
        Duration cdn = cache.duration("cdn", Duration.ZERO, PolicyDefaults.CACHE.cdn());
        SortedMap<String, Duration> verifiers = new TreeMap<>(verifiers(cache));
        for (RelyingParty party : parties) {
            if (verifiers.putIfAbsent(party.name(), party.cache()) != null) {
                problems.error(
                        scope.positionOf(RelyingPartyBinder.KEY),
                        KeyPath.member(scope.path(), RelyingPartyBinder.KEY),
                        "has " + party.name() + ", which is also in policy.cache.verifiers; name each verifier once");
            }
        }
        return new Caching(maxAge, verifiers, cdn);
    }

    private static Map<String, Duration> verifiers(Section cache) {
        Optional<Map<String, Value>> written = cache.find("verifiers").flatMap(Value::members);
        if (written.isEmpty()) {
            return PolicyDefaults.CACHE.verifiers();
        }
        Map<String, Duration> verifiers = new TreeMap<>();
        written.get().forEach((name, value) -> {
            if (!VERIFIER.matcher(name).matches()) {
                value.refuse("is not a name; use 1 to 64 of lower-case letters, digits and '-'");
            }
            value.duration(DURATION_MIN).ifPresent(bound -> verifiers.put(name, bound));
        });
        return verifiers;
    }

    private Lifetime lifetime() {
        Section tokens = policy.section("tokens", Shape.LIFETIME);
        Duration max = tokens.duration("max-lifetime", DURATION_MIN, PolicyDefaults.LIFETIME.max());
        Duration leeway = tokens.duration("leeway", Duration.ZERO, PolicyDefaults.LIFETIME.leeway());
        Duration skew = tokens.duration("clock-skew", Duration.ZERO, PolicyDefaults.LIFETIME.skew());
        return within(() -> new Lifetime(max, leeway, skew)).orElse(PolicyDefaults.LIFETIME);
    }

    private Tick tick() {
        Section tick = policy.section("tick", Shape.TICK);
        Duration period = tick.duration("period", DURATION_MIN, PolicyDefaults.TICK.period());
        int missed = tick.integer("missed", PolicyDefaults.TICK.missed());
        return within(() -> new Tick(period, missed)).orElse(PolicyDefaults.TICK);
    }

    private Tenancy tenancy() {
        List<String> words = Arrays.stream(Tenancy.values())
                .map(tenancy -> tenancy.name().toLowerCase(Locale.ROOT))
                .toList();
        return policy.find("tenancy")
                .flatMap(value -> value.word(words))
                .map(word -> Tenancy.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(PolicyDefaults.TENANCY);
    }

    /** Before anything is derived from them, so that they are reported whatever else is wrong. */
    private static void refuseBadAges(Section ages) {
        for (String key : Shape.AGES.keys()) {
            ages.find(key).ifPresent(value -> value.duration(leastAge(key)));
        }
    }

    private static Ages ages(Section ages, RolloverPolicy draft) {
        Duration max = ages.duration("max", leastAge("max"), PolicyDefaults.maxAge(draft));
        Duration grace = ages.duration("grace", leastAge("grace"), PolicyDefaults.grace(draft));
        return new Ages(
                ages.duration("warn", leastAge("warn"), PolicyDefaults.warnAge(draft, max)),
                max,
                grace,
                ages.duration("trust", leastAge("trust"), PolicyDefaults.trustAge(draft, max, grace)));
    }

    private static Duration leastAge(String key) {
        return "grace".equals(key) ? Duration.ZERO : DURATION_MIN;
    }

    /** Reports the one value that a record refused. */
    private <T> Optional<T> within(Supplier<T> making) {
        try {
            return Optional.of(making.get());
        } catch (PolicyException e) {
            if (TOKENS.equals(e.key())) {
                // There are none: reported where they are listed.
                return Optional.empty();
            }
            String text = "is " + e.value() + "; it must be " + e.bound();
            problems.impossible(policy.positionOf(e.key()), KeyPath.member(policy.path(), e.key()), text);
            return Optional.empty();
        }
    }

    private boolean lint(RolloverPolicy whole) {
        List<PolicyLint.Finding> findings = PolicyLint.check(whole);
        List<PolicyLint.Finding> errors = findings.stream()
                .filter(finding -> finding.level() == PolicyLint.Level.ERROR)
                .toList();
        boolean cause = errors.stream().anyMatch(finding -> !isDerived(finding));
        for (PolicyLint.Finding finding : errors) {
            // A limit derived from a value that is itself at fault mends with it.
            if (!cause || !isDerived(finding)) {
                problems.impossible(position(finding), path(finding), text(finding, "must"));
            }
        }
        findings.stream()
                .filter(finding -> finding.level() == PolicyLint.Level.WARNING)
                .forEach(finding -> problems.warn(position(finding), path(finding), text(finding, "should")));
        return errors.isEmpty();
    }

    private boolean isDerived(PolicyLint.Finding finding) {
        return finding.key().startsWith("ages.") && !policy.isWritten(finding.key());
    }

    private String text(PolicyLint.Finding finding, String verb) {
        String origin = isBeside(finding) || policy.isWritten(finding.key()) ? "" : " by default";
        return "is " + finding.value() + origin + "; it " + verb + " be " + finding.bound() + ": " + finding.because();
    }

    private Position position(PolicyLint.Finding finding) {
        return isBeside(finding) ? scope.positionOf(finding.key()) : policy.positionOf(finding.key());
    }

    private String path(PolicyLint.Finding finding) {
        return KeyPath.member((isBeside(finding) ? scope : policy).path(), finding.key());
    }

    private static boolean isBeside(PolicyLint.Finding finding) {
        return BESIDE.contains(finding.key());
    }
}
