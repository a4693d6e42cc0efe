package dev.keymgr.daemon;

import dev.keymgr.daemon.events.Mailroom;
import dev.keymgr.daemon.http.Documents;
import dev.keymgr.daemon.http.Health;
import dev.keymgr.daemon.http.Intake;
import dev.keymgr.daemon.http.Kind;
import dev.keymgr.daemon.http.Page;
import dev.keymgr.daemon.http.ServedDocument;
import dev.keymgr.daemon.http.Site;
import dev.keymgr.daemon.metrics.Metrics;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What this daemon shows, all of it from memory, and what it takes. */
record DaemonSite(
        Documents documents, Readiness checks, Metrics figures, Function<Site.Reading, Page> page, Mailroom mailroom)
        implements Site {
    @Override
    public Optional<ServedDocument> document(String scope, Kind kind) {
        return documents.find(scope, kind);
    }

    @Override
    public Health health() {
        return Health.good();
    }

    @Override
    public Health readiness() {
        return checks.now();
    }

    @Override
    public byte[] metrics() {
        return figures.text();
    }

    @Override
    public Page dashboard(Reading reading) {
        return page.apply(reading);
    }

    @Override
    public boolean takes(String path) {
        return Mailroom.isPath(path);
    }

    @Override
    public Optional<Intake> intake(String scope, String path, @Nullable String authorization) {
        return mailroom.open(scope, path, authorization)
                .map(box ->
                        body -> box.exchange(body).thenApply(reply -> new Intake.Reply(reply.status(), reply.json())));
    }
}
