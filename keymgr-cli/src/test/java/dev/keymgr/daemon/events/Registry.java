package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Confirmations;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.config.ConfigLoader;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.notify.Notifier;
import dev.keymgr.daemon.notify.Outcomes;
import dev.keymgr.detection.Detections;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.testkit.SteppedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real store in a folder, a clock, and the relying parties of two scopes: mail is pushed to, files polls. */
final class Registry implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef0123456789abcdef";
    static final ScopeName CONSUMER = new ScopeName("consumer");
    static final ScopeName ENTERPRISE = new ScopeName("enterprise");
    static final Kid KID = new Kid("HNICqe9Mks9zUuqI1ywog21Y_COC4fxixY2_srvwGmU");
    static final Party MAIL = new Party(CONSUMER, "mail");
    static final Party FILES = new Party(CONSUMER, "files");

    final SteppedClock clock = new SteppedClock();
    final SoftwareAuthority authority = new SoftwareAuthority();
    final Doorbell mail = new Doorbell();
    final List<ScopeName> alarmed = new CopyOnWriteArrayList<>();
    final JdbcStore store;
    final Map<ScopeName, ScopeConfig> scopes;
    private final List<Notifier> notifiers = new ArrayList<>();
    private final List<RelyingParties> made = new ArrayList<>();

    Registry(Path folder) {
        try {
            Path file = Files.writeString(folder.resolve("keymgr.yaml"), """
                    version: 1
                    hsm: {client: /opt/p11-kit-client.so}
                    scopes:
                      consumer:
                        issuer: https://login.example/consumer
                        audiences: [https://api.example]
                        tokens: [{label: a, pin-source: "env:A"}]
                        relying-parties:
                          - {name: mail, contact: mail-team@example.com, cache: 10m, events: {push: "%s", secret-source: "env:MAIL"}}
                          - {name: files, contact: Files desk 7, cache: 1h, events: {poll: true, secret-source: "env:FILES"}, decisions: {secret-source: "env:LOGS"}}
                          - {name: paper, contact: Post room, cache: 1h}
                        publish: {directory: c}
                      enterprise:
                        issuer: https://login.example/enterprise
                        audiences: [https://erp.example]
                        tokens: [{label: b, pin-source: "env:B"}]
                        relying-parties:
                          - {name: files, contact: Files desk 9, cache: 1h, events: {poll: true, secret-source: "env:ERP"}}
                        publish: {directory: e}
                    """.formatted(mail.url()));
            scopes = ConfigLoader.load(file).scopes();
            StoreSettings settings = StoreSettings.sqlite(folder.resolve("keymgr.db"));
            JdbcStore.migrate(settings, clock);
            store = JdbcStore.open(settings, clock);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    ScopeConfig scope(ScopeName name) {
        return Objects.requireNonNull(scopes.get(name));
    }

    /** Each party's bearer token ends with its variable. */
    static String token(String variable) {
        return TOKEN + variable;
    }

    private static PinSource secret(String source) {
        return new PinSource() {
            @Override
            public String description() {
                return source;
            }

            @Override
            public Pin read() {
                return new Pin(token(source.substring("env:".length())).toCharArray());
            }
        };
    }

    DecisionIntake decisions() {
        return new DecisionIntake(
                scopes,
                store,
                new Detections(store, clock, "keymgr@test"),
                new Confirmations(store, clock, "keymgr@test"),
                alarmed::add);
    }

    RelyingParties parties(SecurityEvents events) {
        RelyingParties parties = RelyingParties.of(
                scopes.values(),
                events,
                authority,
                (scope, kid) -> Optional.of(clock.instant().plusSeconds(60)),
                clock,
                Registry::secret,
                decisions());
        made.add(parties);
        return parties;
    }

    /** A daemon that has told them everything that there is. */
    Notifier notifier() {
        Notifier notifier = notifier(store.daemons(), store.securityEvents());
        notifier.run();
        return notifier;
    }

    Notifier notifier(Deliveries deliveries, SecurityEvents events) {
        Notifier notifier = new Notifier(
                store,
                deliveries,
                parties(events).addressees(),
                clock,
                new Random(1_558),
                "keymgr@test",
                new Outcomes() {
                    @Override
                    public void delivered(String receiver) {}

                    @Override
                    public void failed(String receiver) {}
                });
        notifiers.add(notifier);
        return notifier;
    }

    Acknowledgements acknowledgements() {
        return new Acknowledgements(store, store.daemons(), store.securityEvents());
    }

    /** Records one event for each action, at this instant. */
    void happens(AuditAction... actions) {
        happens(CONSUMER, actions);
    }

    void happens(ScopeName scope, AuditAction... actions) {
        store.append(Arrays.stream(actions)
                .map(action -> AuditEvent.of(
                        clock.instant(),
                        "ann@host",
                        action,
                        scope,
                        KID,
                        Map.of("reason", "told by Bob", "invalid-from", "2026-02-28T12:00:00Z")))
                .toList());
    }

    List<AuditAction> recorded() {
        return store.read(0, 1_000).stream()
                .map(AuditRecord::event)
                .map(AuditEvent::action)
                .toList();
    }

    @Override
    public void close() {
        notifiers.forEach(Notifier::close);
        made.forEach(parties -> parties.mailroom().close());
        mail.close();
        store.close();
    }
}
