package dev.keymgr.daemon;

import dev.keymgr.daemon.http.Health;
import dev.keymgr.daemon.http.Intake;
import dev.keymgr.daemon.http.Kind;
import dev.keymgr.daemon.http.Page;
import dev.keymgr.daemon.http.ServedDocument;
import dev.keymgr.daemon.http.Site;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whatever site is the right one at the moment of each question. */
record CurrentSite(Supplier<Site> now) implements Site {
    @Override
    public Optional<ServedDocument> document(String scope, Kind kind) {
        return now.get().document(scope, kind);
    }

    @Override
    public Health health() {
        return now.get().health();
    }

    @Override
    public Health readiness() {
        return now.get().readiness();
    }

    @Override
    public byte[] metrics() {
        return now.get().metrics();
    }

    @Override
    public Page dashboard(Reading reading) {
        return now.get().dashboard(reading);
    }

    @Override
    public boolean takes(String path) {
        return now.get().takes(path);
    }

    @Override
    public Optional<Intake> intake(String scope, String path, @Nullable String authorization) {
        return now.get().intake(scope, path, authorization);
    }
}
