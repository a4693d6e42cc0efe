package dev.keymgr.daemon.dashboard;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.StepText;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who signs, who stands by, what is next, what is published: what one looks for in a scope. */
final class ScopeFacts {
    private final Html html;
    private final ScopeView scope;
    private final Instant now;

    ScopeFacts(Html html, ScopeView scope, Instant now) {
        this.html = html;
        this.scope = scope;
        this.now = now;
    }

    void write() {
        List<GroupState> groups = GroupState.of(scope);
        html.open("dl", "class", "facts");
        for (GroupState group : groups) {
            String of = groups.size() == 1 ? "" : " " + group.algorithm();
            signs(group, of);
            standsBy(group, of);
        }
        next();
        document();
        html.close();
    }

    private void begin(String what) {
        html.open("div").element("dt", what).open("dd");
    }

    private void end() {
        html.close().close();
    }

    private void big(String text, String style) {
        html.element("p", text, "class", "big" + style);
    }

    private void signs(GroupState group, String of) {
        begin("Signs" + of);
        SigningKey active = group.active();
        if (active == null) {
            big("nobody", " bad");
        } else {
            key(active);
            when("until ", signsUntil(active));
        }
        end();
    }

    private void standsBy(GroupState group, String of) {
        begin("Stands by" + of);
        SigningKey standby = group.standby();
        Instant readyAt = group.readyAt();
        if (standby == null || readyAt == null) {
            big("none", " bad");
        } else {
            key(standby);
            if (group.isReady(now)) {
                html.open("p").element("strong", "READY", "class", "good").text(" to take over at once");
                html.close();
            } else {
                html.open("p").element("strong", "not READY", "class", "wary").text(" until ");
                html.time(Words.near(now, readyAt), readyAt).text(", " + Words.from(now, readyAt));
                html.close();
            }
        }
        end();
    }

    private void key(SigningKey key) {
        html.open("p", "class", "big");
        html.element("code", key.kid().prefix(), "title", key.kid().value());
        html.element("small", key.algorithm() + " in " + key.location().token());
        html.close();
        AgeBar.write(html, key, scope.policy().ages(), now);
    }

    /** The rotation, or the age limit where that comes first. */
    private Instant signsUntil(SigningKey active) {
        Timing timing = new Timing(scope.policy());
        Instant rotation = timing.rotationDue(active).result();
        Instant age = timing.ageLimit(active).result();
        return age.isBefore(rotation) ? age : rotation;
    }

    private void next() {
        begin("Next");
        Optional<Forecast.Event> next = scope.next();
        if (next.isEmpty()) {
            big("nothing in sight", "");
        } else {
            Forecast.Event event = next.get();
            boolean due = !event.at().isAfter(now);
            big(due ? "due now" : Words.from(now, event.at()), due ? " wary" : "");
            html.element("p", StepText.of(event.step(), scope.forecast().imagined()));
            html.open("p").time(Words.near(now, event.at()), event.at()).close();
        }
        end();
    }

    private void document() {
        begin("Document");
        Optional<Publication> recorded = scope.keyring().servedPublication();
        if (recorded.isEmpty()) {
            big("none", " bad");
        } else {
            Publication document = recorded.get();
            html.open("p", "class", "big").text("№ " + document.number());
            html.element("small", Words.count(document.listings().size(), "key", "keys"));
            html.close();
            Instant servedAt = document.servedAt();
            if (servedAt != null) {
                when("since ", servedAt);
            }
            html.element("p", "caches may keep it " + Words.rough(document.cacheBound()));
        }
        JwksDocument served = scope.served();
        if (served != null) {
            html.open("p").element("a", "jwks.json", "href", scope.name() + "/jwks.json");
            html.text(", " + served.size() + " bytes").close();
        }
        end();
    }

    /** An instant and how far away it is. */
    private void when(String before, Instant at) {
        html.open("p").text(before).time(Words.near(now, at), at);
        html.text(", " + Words.from(now, at)).close();
    }
}
