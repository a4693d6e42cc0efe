package dev.keymgr.daemon.notify;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.config.DaemonConfig.Webhook;
import dev.keymgr.config.EventType;
import dev.keymgr.config.SecretSource;
import dev.keymgr.hsm.Pin;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.testkit.SteppedClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A real store in a folder, a clock, and the daemons that tell of what is recorded there. */
final class Office implements AutoCloseable {
    static final String SECRET = "whsec_c2VudGluZWwtc2VudGluZWwtc2VudGluZWwtMDE=";
    static final ScopeName SCOPE = new ScopeName("consumer");
    static final Kid KID = new Kid("HNICqe9Mks9zUuqI1ywog21Y_COC4fxixY2_srvwGmU");
    static final String SOURCE = "https://login.example";

    final SteppedClock clock = new SteppedClock();
    final JdbcStore store;
    final Tally tally = new Tally();
    private final List<Notifier> notifiers = new ArrayList<>();

    /**
     * Opens a copy of a new store.
     *
     * @param origin see {@link #found}
     */
    Office(Path folder, Path origin) throws IOException {
        Path file = Files.copy(origin.resolve("keymgr.db"), folder.resolve("keymgr.db"));
        store = JdbcStore.open(StoreSettings.sqlite(file), clock);
    }

    /** Makes the store that others are copied from: once for a class, for it takes longest. */
    static void found(Path origin) {
        JdbcStore.migrate(StoreSettings.sqlite(origin.resolve("keymgr.db")), new SteppedClock());
    }

    Notifier notifier(Receiver... receivers) {
        return notifier(store.daemons(), receivers);
    }

    Notifier notifier(Deliveries deliveries, Receiver... receivers) {
        CloudEvents events = new CloudEvents(
                SOURCE, (scope, kid) -> Optional.of(clock.instant().plusSeconds(60)));
        Notifier notifier = new Notifier(
                store,
                deliveries,
                Arrays.stream(receivers)
                        .map(receiver -> Addressee.of(receiver, events))
                        .toList(),
                clock,
                new Random(1_558),
                "keymgr@test",
                tally);
        notifiers.add(notifier);
        return notifier;
    }

    /** Told of every event unless some are given. Waits longer than any honest answer takes. */
    WebhookReceiver webhook(String name, Inbox inbox, EventType... events) {
        return webhook(name, inbox.url(), Duration.ofSeconds(30), events.length == 0 ? EventType.values() : events);
    }

    /** @param patience how long it waits for an answer */
    WebhookReceiver webhook(String name, URI url, Duration patience, EventType... events) {
        Webhook webhook =
                new Webhook(name, url, new SecretSource(SecretSource.Kind.ENVIRONMENT, "SECRET"), Set.of(events));
        try (Pin pin = new Pin(SECRET.toCharArray())) {
            return new WebhookReceiver(
                    webhook, SigningSecret.read(pin).orElseThrow(), new Caller(patience, clock), clock);
        }
    }

    /** Records one event for each action, at this instant. */
    void happens(AuditAction... actions) {
        store.append(Arrays.stream(actions)
                .map(action -> AuditEvent.of(
                        clock.instant(), "ann@host", action, SCOPE, KID, Map.of("reason", "r", "secret-detail", "s")))
                .toList());
    }

    List<AuditRecord> record() {
        return store.read(0, 10_000);
    }

    /** The ids that events of such records have. */
    List<String> ids(AuditAction... actions) {
        return record().stream()
                .filter(record -> Arrays.asList(actions).contains(record.event().action()))
                .map(CloudEvents::id)
                .toList();
    }

    Optional<Deliveries.Mark> mark(Receiver receiver) {
        return store.daemons().find(receiver.name());
    }

    @Override
    public void close() {
        notifiers.forEach(Notifier::close);
        store.close();
    }
}
