package dev.keymgr.daemon.dashboard;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.StepText;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One scope: who signs, who stands by, what comes next, what is wrong, and its timeline. */
final class ScopeCard {
    /** Planned steps listed. */
    private static final int STEPS_MAX = 30;

    private final Html html;
    private final ScopeView scope;
    private final RolloverPolicy policy;
    private final List<Trouble> troubles;
    private final Level level;
    private final Instant now;
    private final List<GroupState> groups;

    ScopeCard(Html html, ScopeView scope, Verdict verdict, Instant now) {
        this.html = html;
        this.scope = scope;
        this.policy = scope.policy();
        this.troubles = verdict.of(scope.name());
        this.level = verdict.level(scope.name());
        this.now = now;
        this.groups = GroupState.of(scope);
    }

    /** Open, and a stop on the way of the Tab key. */
    void write() {
        String id = "scope-" + scope.name();
        html.open("section", "class", "card scope", "id", id, "tabindex", "0", "aria-labelledby", id + "-name");
        html.open("header");
        title(id);
        html.close();
        body();
        html.close().newline();
    }

    /** One line that opens. */
    void writeFolded() {
        String id = "scope-" + scope.name();
        html.open("details", "class", "card scope folded", "id", id).open("summary");
        title(id);
        html.element("span", brief(), "class", "brief").close();
        body();
        html.close().newline();
    }

    private void title(String id) {
        html.element("h3", scope.name(), "id", id + "-name");
        html.element("span", pill(), "class", "pill " + level.style());
        html.element("span", scope.issuer(), "class", "issuer");
    }

    private String pill() {
        return switch (level) {
            case ACT -> troubles.stream().filter(t -> t.level() == Level.ACT).count() + " critical";
            case NOTE -> troubles.size() + " to note";
            case WELL -> Level.WELL.word();
        };
    }

    private String brief() {
        StringBuilder text = new StringBuilder();
        for (GroupState group : groups) {
            SigningKey active = group.active();
            text.append(active == null ? "nobody signs" : active.kid().prefix() + " signs")
                    .append(group.isReady(now) ? ", standby READY; " : ", standby not ready; ");
        }
        return text + next().map(e -> "next " + Words.from(now, e.at())).orElse("nothing planned");
    }

    private void body() {
        findings();
        html.open("dl", "class", "facts");
        groups.forEach(this::group);
        nextStep();
        document();
        html.close();
        List<Lane> lanes = Lanes.of(scope);
        Window closeUp = Timeline.closeUp(scope, lanes, now);
        String name = scope.name();
        if (closeUp != null) {
            new Timeline(html, lanes, closeUp, now).write("near-" + name, "This change of keys");
        }
        new Timeline(html, lanes, Timeline.overview(scope, now), now).write("far-" + name, "Rotation");
        plan();
        keys();
    }

    private void findings() {
        if (troubles.isEmpty()) {
            return;
        }
        html.open("ul", "class", "findings");
        for (Trouble trouble : troubles) {
            html.open("li", "class", trouble.level().style());
            html.element("strong", trouble.level().word())
                    .text(" " + Words.clip(trouble.message(), Layout.MESSAGE_MAX));
            html.close();
        }
        html.close();
    }

    private void group(GroupState group) {
        String of = groups.size() == 1 ? "" : " " + group.algorithm();
        html.open("div").element("dt", "Signs" + of).open("dd");
        SigningKey active = group.active();
        if (active == null) {
            html.element("p", "nobody", "class", "big bad");
        } else {
            key(active);
            AgeBar.write(html, active, policy.ages(), now);
            Instant until = signsUntil(active);
            when("until ", until);
        }
        html.close().close();
        html.open("div").element("dt", "Stands by" + of).open("dd");
        SigningKey standby = group.standby();
        Instant readyAt = group.readyAt();
        if (standby == null || readyAt == null) {
            html.element("p", "none", "class", "big bad");
        } else {
            key(standby);
            AgeBar.write(html, standby, policy.ages(), now);
            if (group.isReady(now)) {
                html.open("p")
                        .element("strong", "READY", "class", "good")
                        .text(" to take over at once")
                        .close();
            } else {
                html.open("p")
                        .element("strong", "not READY", "class", "wary")
                        .text(", ready ")
                        .close();
                when("", readyAt);
            }
        }
        html.close().close();
    }

    private void key(SigningKey key) {
        html.open("p", "class", "big")
                .element("code", key.kid().prefix(), "title", key.kid().value());
        html.element("small", key.algorithm() + " in " + key.location().token()).close();
    }

    /** The rotation, or the age limit where that comes first. */
    private Instant signsUntil(SigningKey active) {
        Timing timing = new Timing(policy);
        Instant rotation = timing.rotationDue(active).result();
        Instant age = timing.ageLimit(active).result();
        return age.isBefore(rotation) ? age : rotation;
    }

    private Optional<Forecast.Event> next() {
        return scope.forecast().events().stream().findFirst();
    }

    private void nextStep() {
        html.open("div").element("dt", "Next").open("dd");
        Optional<Forecast.Event> next = next();
        if (next.isEmpty()) {
            html.element("p", "nothing in sight", "class", "big");
        } else {
            Forecast.Event event = next.get();
            boolean due = !event.at().isAfter(now);
            html.element("p", due ? "due now" : Words.from(now, event.at()), "class", due ? "big wary" : "big");
            html.element("p", StepText.of(event.step(), scope.forecast().imagined()));
            instant(event.at());
        }
        html.close().close();
    }

    private void document() {
        html.open("div").element("dt", "Document").open("dd");
        Optional<Publication> recorded = scope.keyring().servedPublication();
        JwksDocument served = scope.served();
        if (recorded.isEmpty()) {
            html.element("p", "none", "class", "big bad");
        } else {
            Publication document = recorded.get();
            html.open("p", "class", "big")
                    .text("№ " + document.number())
                    .element("small", Words.count(document.listings().size(), "key", "keys"));
            html.close();
            html.element("p", "caches may keep it " + Words.rough(document.cacheBound()));
            Instant servedAt = document.servedAt();
            if (servedAt != null) {
                when("since ", servedAt);
            }
        }
        if (served != null) {
            html.open("p").element("a", "jwks.json", "href", scope.name() + "/jwks.json");
            html.text(", " + served.size() + " bytes").close();
        }
        html.close().close();
    }

    /** An instant and how far away it is. */
    private void when(String before, Instant at) {
        html.open("p").text(before).element("time", Words.near(now, at), "datetime", at.toString());
        html.text(", " + Words.from(now, at)).close();
    }

    private void instant(Instant at) {
        html.open("p")
                .element("time", Words.near(now, at), "datetime", at.toString())
                .close();
    }

    private void plan() {
        List<Forecast.Event> events = scope.forecast().events();
        if (events.isEmpty()) {
            return;
        }
        html.open("details", "class", "more");
        html.element(
                "summary",
                "Plan: " + Words.count(events.size(), "step", "steps") + " within " + Words.rough(policy.rotation()));
        html.open("ol");
        for (Forecast.Event event : events.subList(0, Math.min(STEPS_MAX, events.size()))) {
            html.open("li")
                    .element(
                            "time",
                            Words.near(now, event.at()),
                            "datetime",
                            event.at().toString());
            html.text(" ")
                    .element("span", StepText.of(event.step(), scope.forecast().imagined()));
            html.text(" ").element("small", event.reason()).close();
        }
        if (events.size() > STEPS_MAX) {
            html.element("li", "and " + (events.size() - STEPS_MAX) + " more: keymgr plan " + scope.name());
        }
        html.close().close();
    }

    private void keys() {
        List<SigningKey> living = scope.keyring().keys().stream()
                .filter(k -> !k.state().isFinal())
                .toList();
        if (living.isEmpty()) {
            return;
        }
        html.open("details", "class", "more");
        html.element("summary", "Keys: " + living.size());
        html.open("ul", "class", "keys");
        for (SigningKey key : living) {
            html.open("li").element("code", key.kid().value());
            html.element(
                    "p",
                    key.state() + ", " + key.algorithm() + " in "
                            + key.location().token()
                            + ", private half " + key.privateHalf() + ", made "
                            + Words.full(key.times().generatedAt()));
            AgeBar.write(html, key, policy.ages(), now);
            html.close();
        }
        html.close().close();
    }
}
