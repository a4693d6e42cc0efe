package dev.keymgr.daemon.dashboard;

import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.List;

/** One scope: what is wrong, who signs, who stands by, what comes next, and its timeline. */
final class ScopeCard {
    private final Html html;
    private final ScopeView scope;
    private final List<Trouble> troubles;
    private final Level level;
    private final Instant now;

    ScopeCard(Html html, ScopeView scope, Verdict verdict, Instant now) {
        this.html = html;
        this.scope = scope;
        this.troubles = verdict.of(scope.name());
        this.level = verdict.level(scope.name());
        this.now = now;
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
        for (GroupState group : GroupState.of(scope)) {
            SigningKey active = group.active();
            text.append(active == null ? "nobody signs" : active.kid().prefix() + " signs")
                    .append(group.isReady(now) ? ", standby READY; " : ", standby not READY; ");
        }
        return text + scope.next().map(e -> "next " + Words.from(now, e.at())).orElse("nothing planned");
    }

    private void body() {
        findings();
        new ScopeFacts(html, scope, now).write();
        List<Lane> lanes = Lanes.of(scope);
        Window.closeUp(scope, lanes, now)
                .ifPresent(near ->
                        new Timeline(html, lanes, near, now).write("near-" + scope.name(), "This change of keys"));
        new Timeline(html, lanes, Window.overview(scope, now), now).write("far-" + scope.name(), "Rotation");
        new ScopeMore(html, scope, now).write();
    }

    private void findings() {
        if (troubles.isEmpty()) {
            return;
        }
        html.open("ul", "class", "findings");
        for (Trouble trouble : troubles) {
            html.open("li", "class", trouble.level().style());
            html.element("strong", trouble.level().word()).text(" " + Words.message(now, trouble.message()));
            html.close();
        }
        html.close();
    }
}
