package dev.keymgr.daemon.dashboard;

import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.StepText;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The page: the verdict first, then what is wrong, then the scopes with the worst first, then the rest. */
final class Layout {
    /** More scopes than this do not fit a screen: those that are well are folded. */
    private static final int OPEN_MAX = 8;

    /** Troubles shown before the rest is folded. */
    private static final int TROUBLES_MAX = 12;

    private final View view;
    private final Html html;
    private final Verdict verdict;
    private final Instant now;

    Layout(View view, Html html) {
        this.view = view;
        this.html = html;
        this.verdict = Verdict.of(view);
        this.now = view.now();
    }

    void write() {
        html.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
        head();
        html.open("body")
                .element("a", "Skip to the scopes", "class", "skip", "href", "#scopes")
                .newline();
        Legend.patterns(html);
        html.open("header", "class", "top").element("p", "keymgr", "class", "brand");
        html.open("p", "class", "clock")
                .element("time", Words.full(now), "datetime", now.toString())
                .close();
        html.close().newline();
        html.open("main");
        verdict();
        troubles();
        scopes();
        new Tables(html, view).write();
        html.close();
        footer();
        html.close().close();
    }

    private void head() {
        html.open("head").leaf("meta", "charset", "utf-8");
        html.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.leaf("meta", "name", "color-scheme", "content", "light dark");
        html.leaf("meta", "name", "robots", "content", "noindex");
        if (refreshes()) {
            html.leaf("meta", "http-equiv", "refresh", "content", Long.toString(seconds(view.refresh())));
        }
        html.element("title", verdict.headline() + " · keymgr");
        html.leaf("link", "rel", "icon", "href", Legend.icon(verdict.level()));
        html.style(Stylesheet.TEXT).close().newline();
    }

    private boolean refreshes() {
        return !view.refresh().isZero() && !view.refresh().isNegative();
    }

    private static long seconds(Duration refresh) {
        return Math.max(1, refresh.toSeconds());
    }

    private void verdict() {
        Level level = verdict.level();
        html.open("section", "class", "verdict " + level.style(), "aria-labelledby", "verdict");
        Legend.sign(html, level);
        html.open("div").element("h1", verdict.headline(), "id", "verdict").element("p", summary());
        if (Duration.between(view.readAt(), now).compareTo(Duration.ofSeconds(1)) >= 0) {
            html.element(
                    "p",
                    "The inventory was read " + Words.from(now, view.readAt()) + "; what happened since is not shown.",
                    "class",
                    "stale");
        }
        html.close().close().newline();
    }

    private String summary() {
        int all = view.scopes().size();
        if (all == 0) {
            return "There is no scope to show.";
        }
        long signing = view.scopes().stream()
                .filter(s -> GroupState.of(s).stream().allMatch(GroupState::signs))
                .count();
        long ready = view.scopes().stream()
                .filter(s -> GroupState.of(s).stream().allMatch(g -> g.isReady(now)))
                .count();
        String text = signing + " of " + Words.count(all, "scope signs", "scopes sign") + ", " + ready + " of " + all
                + " with a standby READY. ";
        return text + next().orElse("Nothing is planned.");
    }

    private Optional<String> next() {
        Instant never = Instant.MAX;
        return view.scopes().stream()
                .min(Comparator.comparing(s -> s.next().map(Forecast.Event::at).orElse(never)))
                .flatMap(s -> s.next()
                        .map(e -> "Next: " + StepText.of(e.step(), s.forecast().imagined()) + " in " + s.name() + ", "
                                + Words.from(now, e.at()) + "."));
    }

    private void troubles() {
        List<Trouble> troubles = verdict.troubles();
        if (troubles.isEmpty()) {
            return;
        }
        html.open("section", "class", "wrong", "aria-labelledby", "wrong");
        html.element(
                "h2", verdict.level() == Level.ACT ? "What is wrong" : "To note", "id", "wrong", "class", "unseen");
        int shown = Math.min(TROUBLES_MAX, troubles.size());
        list(troubles.subList(0, shown));
        if (troubles.size() > shown) {
            html.open("details", "class", "more");
            html.element("summary", (troubles.size() - shown) + " more");
            list(troubles.subList(shown, troubles.size()));
            html.close();
        }
        html.close().newline();
    }

    private void list(List<Trouble> troubles) {
        html.open("ul", "class", "troubles");
        for (Trouble trouble : troubles) {
            html.open("li", "class", trouble.level().style());
            html.element(
                    "strong",
                    trouble.level().word(),
                    "class",
                    "pill " + trouble.level().style());
            String scope = trouble.scope();
            if (scope == null) {
                html.element("span", "daemons", "class", "where");
            } else {
                html.element("a", scope, "class", "where", "href", "#scope-" + scope);
            }
            html.element("span", Words.message(now, trouble.message()), "class", "what");
            Instant since = trouble.since();
            html.element("small", trouble.code() + (since == null ? "" : ", alarm since " + Words.near(now, since)))
                    .close();
        }
        html.close();
    }

    private void scopes() {
        html.open("section", "aria-labelledby", "scopes");
        html.open("div", "class", "heading").element("h2", "Scopes", "id", "scopes", "tabindex", "-1");
        Legend.write(html);
        html.close();
        boolean folds = view.scopes().size() > OPEN_MAX;
        view.scopes().stream()
                .sorted(Comparator.comparing((ScopeView s) -> verdict.level(s.name()))
                        .thenComparing(ScopeView::name))
                .forEach(scope -> {
                    ScopeCard card = new ScopeCard(html, scope, verdict, now);
                    if (folds && verdict.level(scope.name()) == Level.WELL) {
                        card.writeFolded();
                    } else {
                        card.write();
                    }
                });
        html.close().newline();
    }

    private void footer() {
        html.open("footer").open("p").text("keymgr " + view.version() + ", read-only. Times are UTC. ");
        if (refreshes()) {
            html.text(String.format(Locale.ROOT, "Loads itself every %s. ", Words.rough(view.refresh())));
            html.element("a", "Stand still", "href", "?still");
        } else {
            html.text("Stands still. ").element("a", "Follow", "href", "?");
        }
        html.close().close();
    }
}
