package dev.keymgr.config;

import static dev.keymgr.rollover.RolloverPolicy.DURATION_MIN;

import dev.keymgr.config.RelyingParty.EventDelivery;
import dev.keymgr.config.ScopesApart.Thing;
import dev.keymgr.key.ScopeName;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the relying parties of one scope. */
final class RelyingPartyBinder {
    static final String KEY = "relying-parties";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    private final Problems problems;
    private final ConfigHome home;
    private final ScopesApart apart;
    private final ScopeName scope;
    private final Section section;

    RelyingPartyBinder(Problems problems, ConfigHome home, ScopesApart apart, ScopeName scope, Section section) {
        this.problems = problems;
        this.home = home;
        this.apart = apart;
        this.scope = scope;
        this.section = section;
    }

    /** Those that are sound; what is wrong with the others was reported. */
    List<RelyingParty> bind() {
        List<RelyingParty> parties = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Value item : section.find(KEY)
                .flatMap(value -> value.items("a list with at least one relying party"))
                .orElse(List.of())) {
            item.section(Shape.RELYING_PARTY)
                    .flatMap(part -> party(part, names))
                    .ifPresent(parties::add);
        }
        return parties;
    }

    private Optional<RelyingParty> party(Section part, Set<String> names) {
        Optional<String> name = part.require("name", "give it one: what it was told is kept under its name")
                .flatMap(value -> name(value, names));
        Optional<String> contact =
                part.require("contact", "say whom to call when it is silent").flatMap(Value::text);
        Optional<Duration> cache = part.require("cache", "say how long it may go on with a key document it has")
                .flatMap(value -> value.duration(DURATION_MIN));
        Optional<Value> written = part.find("events");
        Optional<EventDelivery> events =
                written.flatMap(value -> value.section(Shape.EVENTS)).flatMap(this::delivery);
        Optional<SecretSource> decisions = part.find("decisions")
                .flatMap(value -> value.section(Shape.DECISIONS))
                .flatMap(this::secret);
        if (name.isEmpty() || contact.isEmpty() || cache.isEmpty() || written.isPresent() != events.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                new RelyingParty(name.get(), contact.get(), cache.get(), events.orElse(null), decisions.orElse(null)));
    }

    private static Optional<String> name(Value value, Set<String> names) {
        Optional<String> text = value.text();
        if (text.isPresent() && !NAME.matcher(text.get()).matches()) {
            return value.refuseValue(
                    text.get(), "1 to 32 of lower-case letters, digits and '-', a letter or a digit first");
        }
        if (text.isPresent() && !names.add(text.get())) {
            value.refuse("is " + text.get() + " again; give each relying party of a scope its own name");
            return Optional.empty();
        }
        return text;
    }

    private Optional<EventDelivery> delivery(Section events) {
        Optional<URI> push = events.find("push").flatMap(RelyingPartyBinder::url);
        boolean polls = events.find("poll")
                .flatMap(Value::flag)
                .filter(flag -> flag || refusePoll(events))
                .isPresent();
        Optional<SecretSource> secret = secret(events);
        if (events.isWritten("push") == events.isWritten("poll")) {
            refuse(events, events.isWritten("push") ? "has both push and poll" : "has neither push nor poll");
            return Optional.empty();
        }
        @Nullable URI url = push.orElse(null);
        return secret.filter(source -> url != null || polls)
                .map(source -> url == null ? new RelyingParty.Poll(source) : new RelyingParty.Push(url, source));
    }

    private static boolean refusePoll(Section events) {
        events.find("poll").ifPresent(value -> value.refuse("is false; it must be true, or not there"));
        return false;
    }

    private void refuse(Section events, String text) {
        problems.error(
                events.position(),
                events.path(),
                text + "; give one of them: push with the URL that is called, or poll: true");
    }

    /** The URL is not repeated: there may be a secret in it. */
    private static Optional<URI> url(Value value) {
        Optional<String> text = value.text();
        Optional<URI> url = text.flatMap(WebAddress::parse);
        if (text.isPresent() && url.isEmpty()) {
            value.refuse("is another kind of URL; it must be " + WebAddress.RULE
                    + " (what is there is not shown: it may hold a secret)");
        }
        return url;
    }

    /** Of one party and one purpose: whoever knows a secret that serves two can speak for the other. */
    private Optional<SecretSource> secret(Section part) {
        return part.require("secret-source", "say where the bearer token is: " + SecretSource.RULE)
                .flatMap(value -> {
                    Optional<SecretSource> secret = SecretSource.bind(value, home);
                    secret.ifPresent(source -> apart.claimOnce(scope, Thing.BEARER, source.identity(), value));
                    return secret;
                });
    }
}
