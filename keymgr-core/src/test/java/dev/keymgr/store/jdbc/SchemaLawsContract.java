package dev.keymgr.store.jdbc;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static dev.keymgr.testkit.SampleKeys.ENTERPRISE;
import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningKey;
import dev.keymgr.testkit.SampleKeys;
import dev.keymgr.testkit.SampleLife;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The laws hold in the database itself, for whoever comes past the store with plain SQL. */
abstract class SchemaLawsContract {
    private static final String ZEROS = "0".repeat(64);

    private static final List<String> TABLES = List.of(
            "keyring ORDER BY scope",
            "signing_key ORDER BY kid",
            "publication ORDER BY scope, number",
            "publication_listing ORDER BY scope, number, kid",
            "hold ORDER BY scope, ordinal",
            "scheduled_revocation ORDER BY scope, ordinal",
            "audit_record ORDER BY sequence",
            "audit_head");

    abstract JdbcStore open();

    abstract Connection raw() throws SQLException;

    @BeforeEach
    void liveALife() {
        JdbcStore store = open();
        Keyring before = Keyring.empty(CONSUMER);
        for (Keyring after : SampleLife.of(CONSUMER, 1)) {
            store.replace(before, after, List.of(event()));
            before = after;
        }
        Keyring none = Keyring.empty(ENTERPRISE);
        store.replace(none, none.generated(SampleKeys.generated(ENTERPRISE, 100), START), List.of(event()));
    }

    private static AuditEvent event() {
        return AuditEvent.of(START, "ann", AuditAction.KEY_GENERATED, CONSUMER, null, Map.of());
    }

    private static final List<String> CRIMES = List.of(
            "UPDATE signing_key SET state = 'ACTIVE' WHERE state = 'COMPROMISED'",
            "UPDATE signing_key SET state = 'RETIRED', compromise_reason = NULL, compromise_cause = NULL,"
                    + " compromise_invalid_from = NULL WHERE state = 'COMPROMISED'",
            "UPDATE signing_key SET state = 'COMPROMISED' WHERE state = 'REMOVED'",
            "UPDATE signing_key SET state = 'READY' WHERE state = 'PUBLISHED'",
            "UPDATE signing_key SET private_half = 'KEPT'",
            "UPDATE signing_key SET scope = 'enterprise' WHERE scope = 'consumer'",
            "UPDATE signing_key SET kid = 'A' || substr(kid, 2) WHERE state = 'REMOVED' AND kid NOT LIKE 'A%'",
            "UPDATE signing_key SET algorithm = 'ES384' WHERE state = 'REMOVED'",
            "UPDATE signing_key SET x = 'AAAA' WHERE state = 'REMOVED'",
            "UPDATE signing_key SET y = 'AAAA' WHERE state = 'REMOVED'",
            "UPDATE signing_key SET y = NULL WHERE state = 'REMOVED'",
            "UPDATE signing_key SET cka_id = '0'",
            "DELETE FROM signing_key",
            "DELETE FROM signing_key WHERE state = 'COMPROMISED'",
            "DELETE FROM keyring",
            "UPDATE keyring SET generation = generation - 1",
            "UPDATE keyring SET generation = generation",
            "DELETE FROM publication",
            "DELETE FROM publication_listing",
            "UPDATE publication_listing SET expires = '2999-01-01T00:00:00Z'",
            "INSERT INTO publication_listing (scope, number, kid, issued_at, expires)"
                    + " SELECT 'consumer', 3, kid, generated_at, generated_at FROM signing_key"
                    + " WHERE scope = 'enterprise'",
            "INSERT INTO hold (scope, ordinal, kid, owner, reason, held_until)"
                    + " SELECT 'consumer', 9, kid, 'o', 'r', generated_at FROM signing_key"
                    + " WHERE scope = 'enterprise'",
            "INSERT INTO scheduled_revocation (scope, ordinal, kid, revoke_at, reason, cause, invalid_from)"
                    + " SELECT 'consumer', 9, kid, generated_at, 'r', 'KEY', generated_at FROM signing_key"
                    + " WHERE scope = 'enterprise'",
            "INSERT INTO scheduled_revocation (scope, ordinal, kid, revoke_at, reason, cause, invalid_from)"
                    + " SELECT scope, 9, kid, generated_at, 'r', 'WHIM', generated_at FROM signing_key"
                    + " WHERE scope = 'enterprise'",
            "INSERT INTO scheduled_revocation (scope, ordinal, kid, revoke_at, reason, cause, invalid_from)"
                    + " SELECT scope, 9, kid, generated_at, ' ', 'KEY', generated_at FROM signing_key"
                    + " WHERE scope = 'enterprise'",
            "INSERT INTO scheduled_revocation (scope, ordinal, kid, revoke_at, reason, cause, invalid_from)"
                    + " SELECT scope, n, kid, generated_at, 'r', 'KEY', generated_at FROM signing_key,"
                    + " (SELECT 8 AS n UNION ALL SELECT 9) twice WHERE scope = 'enterprise'",
            "UPDATE audit_record SET actor = 'eve'",
            "UPDATE audit_record SET details = '{}' WHERE sequence = 1",
            "DELETE FROM audit_record",
            "DELETE FROM audit_record WHERE sequence = (SELECT max(sequence) FROM audit_record)",
            "UPDATE audit_head SET sequence = sequence - 1",
            "DELETE FROM audit_head");

    @Test
    void refusesEveryCrimeAgainstThem() throws SQLException {
        String before = everything();

        for (String sql : CRIMES) {
            assertThatThrownBy(() -> execute(sql)).as(sql).isInstanceOf(SQLException.class);
            assertThat(everything()).as(sql).isEqualTo(before);
        }
    }

    @Test
    void refusesASecondActiveKeyOfAGroup() throws SQLException {
        execute("UPDATE signing_key SET state = 'ACTIVE' WHERE kid = (SELECT max(kid) FROM signing_key"
                + " WHERE scope = 'consumer' AND state = 'PUBLISHED')");

        assertThatThrownBy(() -> execute("UPDATE signing_key SET state = 'ACTIVE' WHERE kid ="
                        + " (SELECT max(kid) FROM signing_key WHERE scope = 'consumer' AND state = 'DESTROYED')"))
                .isInstanceOf(SQLException.class);
        execute("UPDATE signing_key SET state = 'ACTIVE' WHERE scope = 'enterprise'");
    }

    @Test
    void refusesARecordThatDoesNotGoToTheEndOfTheChain() {
        for (String place : List.of("1", "999", "-1", "(SELECT max(sequence) FROM audit_record)")) {
            assertThatThrownBy(() -> execute(insertRecord(place, "'" + ZEROS + "'")))
                    .as(place)
                    .isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(
                        () -> execute(insertRecord("(SELECT max(sequence) + 1 FROM audit_record)", "'" + ZEROS + "'")))
                .isInstanceOf(SQLException.class);
    }

    private static String insertRecord(String sequence, String previous) {
        return "INSERT INTO audit_record (sequence, happened_at, actor, action, scope, details, previous_hash, hash)"
                + " VALUES (" + sequence + ", '2026-01-01T00:00:00Z', 'eve', 'hold.set', 'consumer', '{}', " + previous
                + ", '" + ZEROS + "')";
    }

    @Test
    void namesTheKeyThatStandsElsewhereAlsoWhenItWasPutThereByHand() throws SQLException {
        SigningKey key = SampleKeys.generated(CONSUMER, 50);
        Map<String, String> numbers = key.publicKey().requiredMembers();
        execute("INSERT INTO signing_key (kid, scope, ordinal, algorithm, token, cka_id, kty, crv, x, y, state,"
                + " private_half, generated_at, token_lifetime) VALUES ('" + key.kid() + "', 'enterprise', 9, 'ES256',"
                + " 'elsewhere', '" + key.location().id() + "', 'EC', 'P-256', '" + numbers.get("x") + "', '"
                + numbers.get("y") + "', 'REMOVED', 'LOST', '" + START + "', 'PT0S')");
        Keyring before = open().read(CONSUMER);

        assertThatThrownBy(() -> open().replace(before, before.generated(key, START), List.of(event())))
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DOCUMENT_REFUSED))
                .hasMessageContaining(key.kid().value())
                .hasMessageContaining("in scope enterprise");
    }

    @Test
    void keepsEveryDocumentEverDecided() throws SQLException {
        long binding = number("SELECT count(*) FROM publication WHERE scope = 'consumer' AND binding = 1");
        long all = number("SELECT count(*) FROM publication WHERE scope = 'consumer'");

        assertThat(binding).isEqualTo(open().read(CONSUMER).publications().size());
        assertThat(all).isEqualTo(6).isGreaterThan(binding);
        assertThat(number("SELECT count(*) FROM publication p WHERE NOT EXISTS"
                        + " (SELECT 1 FROM publication_listing l WHERE l.scope = p.scope AND l.number = p.number)"))
                .isZero();
    }

    @Test
    void saysSoWhenARowWasTamperedWith() throws SQLException {
        execute("UPDATE signing_key SET token_lifetime = 'an hour' WHERE scope = 'enterprise'");

        assertThatThrownBy(() -> open().read(ENTERPRISE))
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE))
                .hasMessageContaining("an hour");
        assertThat(open().read(CONSUMER).keys()).isNotEmpty();
    }

    // ---- plain SQL

    final void execute(String sql) throws SQLException {
        try (Connection connection = raw();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = raw();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private String everything() throws SQLException {
        StringBuilder all = new StringBuilder();
        try (Connection connection = raw();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        for (int i = 1; i <= columns; i++) {
                            all.append(rows.getString(i)).append('|');
                        }
                        all.append('\n');
                    }
                }
            }
        }
        return all.toString();
    }
}
