package dev.keymgr.daemon.dashboard;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.key.Kid;
import dev.keymgr.rollover.Exposure;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Who keeps the scopes running, and what was done to them. */
final class Tables {
    /** Letters of a name or of an event's details shown. */
    static final int NAME_MAX = 80;

    private static final int DETAILS_MAX = 240;

    private final Html html;
    private final View view;
    private final Instant now;

    Tables(Html html, View view) {
        this.html = html;
        this.view = view;
        this.now = view.now();
    }

    void write() {
        exposures();
        daemons();
        audit();
    }

    /** Only while somebody known may still trust a revoked key. */
    private void exposures() {
        if (view.exposures().isEmpty()) {
            return;
        }
        html.open("section", "class", "card", "aria-labelledby", "exposure")
                .element("h2", "Revoked, and perhaps still trusted", "id", "exposure");
        begin("exposure", "Scope", "Key", "Revoked", "Out of the document", "Known verifiers stop by", "Registered");
        view.exposures().stream()
                .sorted(Comparator.comparing(Exposure::revokedAt)
                        .thenComparing(e -> e.key().kid()))
                .forEach(this::exposure);
        html.close().close();
        html.element("p", "Of verifiers that nobody declared nothing can be told.")
                .close()
                .newline();
    }

    private void exposure(Exposure exposure) {
        row();
        cell("Scope", exposure.key().group().scope().value());
        html.open("td", "role", "cell", "data-of", "Key");
        html.element(
                "code",
                exposure.key().kid().prefix(),
                "title",
                exposure.key().kid().value());
        html.close();
        time("Revoked", exposure.revokedAt());
        Instant withdrawnAt = exposure.withdrawnAt();
        if (withdrawnAt == null) {
            html.open("td", "role", "cell", "data-of", "Out of the document");
            html.element("span", "still listed", "class", "pill bad").close();
        } else {
            time("Out of the document", withdrawnAt);
        }
        exposure.ends()
                .ifPresentOrElse(
                        by -> time("Known verifiers stop by", by),
                        () -> cell("Known verifiers stop by", "not yet known"));
        int registered = exposure.registered().size();
        String outstanding =
                exposure.outstanding().stream().map(Exposure.Reach::name).collect(Collectors.joining(", "));
        cell(
                "Registered",
                registered == 0
                        ? "none"
                        : registered - exposure.outstanding().size() + " of " + registered + " confirmed"
                                + (outstanding.isEmpty()
                                        ? ""
                                        : "; outstanding: " + Words.clip(outstanding, DETAILS_MAX)));
        html.close().newline();
    }

    private void time(String of, Instant at) {
        html.open("td", "role", "cell", "data-of", of);
        html.element("time", Words.near(now, at), "datetime", at.toString()).close();
    }

    private void daemons() {
        html.open("section", "class", "card", "aria-labelledby", "daemons").element("h2", "Daemons", "id", "daemons");
        if (view.daemons().isEmpty()) {
            html.element("p", "None has ever reported.").close();
            return;
        }
        begin("daemons", "Daemon", "Last beat", "Role", "Since");
        view.daemons().stream().sorted(Comparator.comparing(Heartbeat::daemon)).forEach(this::daemon);
        end();
    }

    private void daemon(Heartbeat daemon) {
        boolean silent = daemon.isSilent(now);
        row();
        cell("Daemon", Words.clip(daemon.daemon(), NAME_MAX));
        html.open("td", "role", "cell", "data-of", "Last beat");
        html.element("span", silent ? "silent" : "alive", "class", "pill " + (silent ? "bad" : "good"));
        html.text(" " + Words.from(now, daemon.beatAt())).close();
        cell("Role", daemon.role() == Heartbeat.Role.WORKS ? "works" : "stands by");
        cell("Since", Words.near(now, daemon.startedAt()));
        html.close();
    }

    private void audit() {
        html.open("section", "class", "card", "aria-labelledby", "audit").element("h2", "Last changes", "id", "audit");
        if (view.audit().isEmpty()) {
            html.element("p", "None is recorded.").close();
            return;
        }
        begin("audit", "When", "Scope", "What", "Key", "Who", "Details");
        view.audit().forEach(this::record);
        end();
    }

    private void record(AuditRecord record) {
        AuditEvent event = record.event();
        Kid kid = event.kid();
        row();
        html.open("td", "role", "cell", "data-of", "When");
        html.element(
                "time",
                Words.near(now, event.at()),
                "datetime",
                event.at().toString(),
                "title",
                "record " + record.sequence());
        html.close();
        cell("Scope", event.scope().value());
        cell("What", event.action().id());
        html.open("td", "role", "cell", "data-of", "Key");
        if (kid != null) {
            html.element("code", kid.prefix(), "title", kid.value());
        }
        html.close();
        cell("Who", Words.clip(event.actor(), NAME_MAX));
        String details = event.details().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(", "));
        cell("Details", Words.clip(details, DETAILS_MAX));
        html.close().newline();
    }

    /** Roles are said aloud: a phone's style sheet takes the table apart, and browsers then forget what it was. */
    private void begin(String of, String... columns) {
        html.open("table", "role", "table", "aria-labelledby", of).open("thead", "role", "rowgroup");
        html.open("tr", "role", "row");
        List.of(columns).forEach(c -> html.element("th", c, "role", "columnheader", "scope", "col"));
        html.close().close().open("tbody", "role", "rowgroup").newline();
    }

    private void row() {
        html.open("tr", "role", "row");
    }

    private void cell(String of, String text) {
        html.element("td", text, "role", "cell", "data-of", of);
    }

    private void end() {
        html.close().close().close().newline();
    }
}
