package dev.keymgr.daemon;

import dev.keymgr.audit.Alarms;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.Confirmations;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.Vouching;
import dev.keymgr.config.KeymgrConfig;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.detection.Detections;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.inventory.Heartbeats;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.Posture;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** What a daemon works with, opened from one configuration. Nothing behind it is touched before it is asked for. */
public interface Resources extends AutoCloseable {
    KeymgrConfig config();

    Clock clock();

    /** Who acts, for the audit. */
    String actor();

    Inventory inventory();

    AuditLog audit();

    AuthorityRecords authorities();

    /** What is wrong with a scope, as far as records, policy and clock can tell; the gravest first. */
    default List<Posture.Finding> findings(ScopeConfig scope, Keyring keyring, Instant now) {
        return Stream.concat(
                        Posture.check(keyring, scope.policy(), now).stream(),
                        Vouching.check(keyring, authorities().authorities(keyring.scope())).stream())
                .sorted(Comparator.comparing(Posture.Finding::severity))
                .toList();
    }

    /** What relying parties said of revoked keys. */
    default Confirmations confirmations() {
        return new Confirmations(audit(), clock(), actor());
    }

    /** What verifiers' decisions showed of misused keys. */
    default Detections detections() {
        return new Detections(audit(), clock(), actor());
    }

    /** The relying parties of a scope that can confirm that they trust a key no more. */
    List<Exposure.Verifier> registered(ScopeName scope);

    /** What an emergency left on this machine while the store could not be written. */
    EmergencyOrders orders();

    Heartbeats heartbeats();

    Alarms alarms();

    Deliveries deliveries();

    SecurityEvents securityEvents();

    Lifecycle lifecycle(Progress progress);

    /** Where many daemons share one schedule; empty where the store serves one machine only. */
    Optional<DataSource> jobDatabase();

    /** How often a token was asked to sign, through these resources. */
    long signatures(TokenLabel token);

    /** Understands a source of a secret, as it stands in the configuration. */
    PinSource pin(String source);

    @Override
    void close();
}
