package dev.keymgr.command;

import dev.keymgr.authority.Authority;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Emergency;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Stopped;
import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.Succession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code revoke} is about in one scope.
 *
 * @param keyring as read for the command
 * @param key the one key; null for every key of the scope
 */
record Revocation(
        ScopeConfig scope, Keyring keyring, @Nullable SigningKey key) {

    static Revocation of(KeyLookup found) {
        return new Revocation(found.scope(), found.keyring(), found.key());
    }

    static Revocation ofAll(Workbench workbench, ScopeConfig scope) {
        return new Revocation(scope, workbench.inventory().read(scope.scope().name()), null);
    }

    /** Those of its scope, those that fell as well. */
    List<Authority> authorities(Workbench workbench) {
        return workbench.authorities().authorities(scope.scope().name());
    }

    Stopped stop(Emergency emergency, Compromise record, Issuance issuance) {
        SigningKey one = key;
        return one == null
                ? emergency.stopAll(scope.scope().name(), record, issuance)
                : emergency.stop(scope.scope().name(), one.kid(), record, issuance);
    }

    /** What stands in the record of an earlier order for the same key: this one changes nothing of it but a cause too narrow. */
    Optional<String> before(Compromise record) {
        return Optional.ofNullable(key)
                .filter(k -> k.compromise() != null)
                .map(k -> k.kid().prefix() + " was revoked before, at "
                        + Times.at(k.times().require(Moment.COMPROMISED)) + ": "
                        + Objects.requireNonNull(k.compromise()).reason() + "; that stays in the record"
                        + (widens(record) ? ", with " + record.cause() + " as the cause" : ""));
    }

    /** Whether the key was revoked for its own sake alone, and more turned out to be lost. */
    private boolean widens(Compromise record) {
        Compromise before = key == null ? null : key.compromise();
        return before != null && before.isNarrowerThan(record.cause());
    }

    Set<Kid> burnt(Compromise record, Instant at) {
        SigningKey one = key;
        return one == null
                ? Succession.burntWithAll(keyring, scope.policy(), record, at)
                : Succession.burntBy(keyring, one.kid(), record.cause());
    }

    /** The authorities that would fall with them: whoever may have more of a token than one key may have its authority vouch. */
    List<Authority> fallen(Set<Kid> burnt, Compromise record, List<Authority> known) {
        Set<TokenLabel> tokens = burnt.stream()
                .map(kid -> keyring.require(kid).location().token())
                .collect(Collectors.toSet());
        if (widens(record)) {
            tokens.add(Objects.requireNonNull(key).location().token());
        }
        return known.stream()
                .filter(a -> a.stands()
                        && record.cause() != Compromise.Cause.KEY
                        && tokens.contains(a.location().token()))
                .toList();
    }

    /** Groups that lose the key that signs, with who would sign in its place. */
    private record Loss(SigningKey lost, Optional<SigningKey> successor, Duration outage) {}

    private List<Loss> losses(Set<Kid> burnt, Instant at) {
        List<Loss> losses = new ArrayList<>();
        keyring.keys().stream()
                .filter(k -> k.state() == KeyState.ACTIVE && burnt.contains(k.kid()))
                .forEach(k -> losses.add(new Loss(
                        k,
                        Succession.successor(keyring, scope.policy(), k.group(), burnt, at),
                        Succession.outage(keyring, scope.policy(), k.group(), burnt, at))));
        return losses;
    }

    /** What would be done, for a program. */
    Map<String, Object> view(Compromise record, Instant at, List<Authority> known) {
        Set<Kid> burnt = burnt(record, at);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("scope", scope.scope().name().value());
        view.put("revoked", burnt.stream().map(Kid::value).toList());
        view.put(
                "authorities",
                fallen(burnt, record, known).stream().map(a -> a.kid().value()).toList());
        for (Loss loss : losses(burnt, at)) {
            if (loss.successor().isPresent()) {
                view.putIfAbsent("successor", loss.successor().get().kid().value());
            } else {
                view.putIfAbsent("outageSeconds", loss.outage().toSeconds());
            }
        }
        return view;
    }

    /** What would be done, for a person. */
    List<String> foretold(Compromise record, Instant at, Issuance issuance, List<Authority> known) {
        Set<Kid> burnt = burnt(record, at);
        List<String> lines = new ArrayList<>();
        for (Kid kid : burnt) {
            SigningKey gone = keyring.require(kid);
            lines.add("would revoke " + gone.state() + " key " + kid.prefix() + " in "
                    + gone.location().token());
        }
        if (widens(record)) {
            lines.add("revoked already, for its own sake alone; its cause would be " + record.cause());
        } else if (burnt.isEmpty()) {
            lines.add("revoked already; what is left to do would be done");
        }
        List<Authority> fallen = fallen(burnt, record, known);
        fallen.forEach(a -> lines.add("would revoke authority " + a.kid().prefix() + " in "
                + a.location().token()));
        if (!fallen.isEmpty() && known.stream().allMatch(a -> !a.stands() || fallen.contains(a))) {
            lines.add("no authority would stand: verifiers that pin one refuse every token until they pin a new one");
        }
        losses(burnt, at)
                .forEach(loss -> lines.add(loss.successor()
                        .map(s -> "would activate " + s.kid().prefix() + " at once")
                        .orElseGet(() -> without(loss, issuance))));
        burnt.stream()
                .map(kid -> keyring.require(kid).tokenLifetime())
                .max(Duration::compareTo)
                .filter(longest -> !longest.isZero())
                .ifPresent(longest -> lines.add(
                        "every unexpired token of it dies: up to " + Durations.format(longest) + " of issuing"));
        return lines;
    }

    private static String without(Loss loss, Issuance issuance) {
        String outage = Times.rough(loss.outage());
        String none = "no standby of " + loss.lost().group() + " is ready: ";
        return none
                + switch (issuance) {
                    case MUST_GO_ON ->
                        "would be refused without a choice: --hard (verifiers that do not ask again refuse new"
                                + " tokens for up to " + outage + ") or --hold-issuance (nothing is signed for about "
                                + outage + ")";
                    case FRESH_KEY ->
                        "a fresh key would sign at once, and verifiers that do not ask again would refuse its"
                                + " tokens for up to " + outage;
                    case MAY_STOP -> "nothing is signed for about " + outage;
                };
    }
}
