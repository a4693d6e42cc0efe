package dev.keymgr.store.jdbc;

import dev.keymgr.authority.Authority;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Authorities and signed documents as rows, inside the caller's transaction. */
final class AuthorityTables {
    private static final String CURVE = "P-384";

    private final Connection connection;

    AuthorityTables(Connection connection) {
        this.connection = connection;
    }

    List<Authority> authorities(ScopeName scope) throws SQLException {
        String query = "SELECT token, cka_id, x, y, issuer, certificate, established_at, revoked_at FROM authority"
                + " WHERE scope = ? ORDER BY established_at, kid";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            new Cells(statement).text(scope);
            try (ResultSet rows = statement.executeQuery()) {
                List<Authority> found = new ArrayList<>();
                Row row = new Row(rows);
                while (row.next()) {
                    found.add(new Authority(
                            scope,
                            location(row),
                            new VerificationKey.Ec(CURVE, number(row.text()), number(row.text())),
                            new KeyCertificate(row.text(), row.text()),
                            row.instant(),
                            row.instantOrNull()));
                }
                return found;
            }
        }
    }

    private static BigInteger number(String base64url) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64url));
    }

    List<KeyLocation> intents(ScopeName scope) throws SQLException {
        String query = "SELECT token, cka_id FROM authority_intent WHERE scope = ? ORDER BY token, cka_id";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            new Cells(statement).text(scope);
            try (ResultSet rows = statement.executeQuery()) {
                List<KeyLocation> found = new ArrayList<>();
                Row row = new Row(rows);
                while (row.next()) {
                    found.add(location(row));
                }
                return found;
            }
        }
    }

    void intend(ScopeName scope, KeyLocation place, Instant at) throws SQLException {
        String insert = "INSERT INTO authority_intent (token, cka_id, scope, intended_at) VALUES (?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            new Cells(statement)
                    .text(place.token())
                    .text(place.id())
                    .text(scope)
                    .instant(at);
            statement.executeUpdate();
        }
    }

    private static KeyLocation location(Row row) throws SQLException {
        return new KeyLocation(new TokenLabel(row.text()), new CkaId(row.text()));
    }

    private void carriedOut(KeyLocation place) throws SQLException {
        String delete = "DELETE FROM authority_intent WHERE token = ? AND cka_id = ?";
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            new Cells(statement).text(place.token()).text(place.id());
            statement.executeUpdate();
        }
    }

    void insert(Authority authority) throws SQLException {
        Map<String, String> numbers = authority.publicKey().requiredMembers();
        String insert = "INSERT INTO authority"
                + " (kid, scope, token, cka_id, x, y, issuer, certificate, established_at, revoked_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            new Cells(statement)
                    .text(authority.kid())
                    .text(authority.scope())
                    .text(authority.location().token())
                    .text(authority.location().id())
                    .text(numbers.get("x"))
                    .text(numbers.get("y"))
                    .text(authority.certificate().issuer())
                    .text(authority.certificate().der())
                    .instant(authority.establishedAt())
                    .instant(authority.revokedAt());
            statement.executeUpdate();
        }
        carriedOut(authority.location());
    }

    boolean revoke(ScopeName scope, Kid kid, Instant at) throws SQLException {
        String update = "UPDATE authority SET revoked_at = ? WHERE scope = ? AND kid = ? AND revoked_at IS NULL";
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            new Cells(statement).instant(at).text(scope).text(kid);
            return statement.executeUpdate() == 1;
        }
    }

    SortedMap<ScopeName, Long> sequences() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT scope, sequence FROM signed_documents");
                ResultSet rows = statement.executeQuery()) {
            SortedMap<ScopeName, Long> found = new TreeMap<>();
            Row row = new Row(rows);
            while (row.next()) {
                found.put(new ScopeName(row.text()), row.number());
            }
            return found;
        }
    }

    Optional<SignedDocuments> documents(ScopeName scope) throws SQLException {
        String query = "SELECT sequence, authority, basis, signed_at, expires_at, keys, history, revocations"
                + " FROM signed_documents WHERE scope = ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            new Cells(statement).text(scope);
            try (ResultSet rows = statement.executeQuery()) {
                Row row = new Row(rows);
                return row.next()
                        ? Optional.of(new SignedDocuments(
                                scope,
                                row.number(),
                                new Kid(row.text()),
                                row.text(),
                                row.instant(),
                                row.instant(),
                                row.text(),
                                row.text(),
                                row.text()))
                        : Optional.empty();
            }
        }
    }

    /** Whether those before were there to be replaced. */
    boolean replace(long before, SignedDocuments documents) throws SQLException {
        boolean first = before == 0;
        String statement = first
                ? "INSERT INTO signed_documents (sequence, authority, basis, signed_at, expires_at, keys, history,"
                        + " revocations, scope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (scope) DO NOTHING"
                : "UPDATE signed_documents SET sequence = ?, authority = ?, basis = ?, signed_at = ?, expires_at = ?,"
                        + " keys = ?, history = ?, revocations = ? WHERE scope = ? AND sequence = ?";
        try (PreparedStatement swap = connection.prepareStatement(statement)) {
            Cells cells = new Cells(swap)
                    .number(documents.sequence())
                    .text(documents.authority())
                    .text(documents.basis())
                    .instant(documents.signedAt())
                    .instant(documents.expiresAt())
                    .text(documents.keys())
                    .text(documents.history())
                    .text(documents.revocations())
                    .text(documents.scope());
            if (!first) {
                cells.number(before);
            }
            return swap.executeUpdate() == 1;
        }
    }
}
