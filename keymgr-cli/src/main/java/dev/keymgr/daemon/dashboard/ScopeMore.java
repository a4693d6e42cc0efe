package dev.keymgr.daemon.dashboard;

import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.StepText;
import java.time.Instant;
import java.util.List;

/** What few look for, folded: the plan step by step, the keys in full. */
final class ScopeMore {
    private static final int STEPS_MAX = 30;

    private final Html html;
    private final ScopeView scope;
    private final Instant now;

    ScopeMore(Html html, ScopeView scope, Instant now) {
        this.html = html;
        this.scope = scope;
        this.now = now;
    }

    void write() {
        html.open("div", "class", "mores");
        plan();
        keys();
        html.close();
    }

    private void plan() {
        List<Forecast.Event> events = scope.forecast().events();
        String steps = Words.count(events.size(), "step", "steps");
        String period = Words.rough(scope.policy().rotation());
        html.open("details", "class", "more").element("summary", "Plan: " + steps + " within " + period);
        html.open("ol");
        for (Forecast.Event event : events.subList(0, Math.min(STEPS_MAX, events.size()))) {
            String step = StepText.of(event.step(), scope.forecast().imagined());
            html.open("li").time(Words.near(now, event.at()), event.at()).text(" " + step + " ");
            html.element("small", event.reason()).close();
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
        html.open("details", "class", "more").element("summary", "Keys: " + living.size());
        html.open("ul");
        for (SigningKey key : living) {
            Instant made = key.times().generatedAt();
            String token = key.location().token().value();
            html.open("li").element("code", key.kid().value());
            html.text(" " + key.state() + ", " + key.algorithm() + " in " + token + ", private half "
                    + key.privateHalf() + ", made ");
            html.time(Words.full(made), made).text(", " + Words.from(now, made)).close();
        }
        html.close().close();
    }
}
