package dev.keymgr.store.jdbc;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Generation;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a keyring in seven queries, however many keys it has. The caller's transaction makes them one snapshot. */
final class KeyringReader {
    private static final Binding NOTHING = statement -> {};

    private final Connection connection;

    KeyringReader(Connection connection) {
        this.connection = connection;
    }

    @FunctionalInterface
    private interface Mapper<T> {
        T from(Row row) throws SQLException;
    }

    /** Sets the parameters of a query. */
    @FunctionalInterface
    private interface Binding {
        void set(PreparedStatement statement) throws SQLException;
    }

    Keyring read(ScopeName scope) throws SQLException {
        String query = "SELECT generation, changed_at FROM keyring WHERE scope = ?";
        List<Head> heads = list(query, scope, row -> new Head(new Generation(row.number()), row.instant()));
        if (heads.isEmpty()) {
            return Keyring.empty(scope);
        }
        return new Keyring(
                scope,
                heads.get(0).generation(),
                heads.get(0).changedAt(),
                list(KeyRows.SELECT, scope, KeyRows::read),
                intents(scope),
                publications(scope),
                holds(scope),
                revocations(scope));
    }

    private record Head(Generation generation, Instant changedAt) {}

    SortedMap<ScopeName, Generation> generations() throws SQLException {
        SortedMap<ScopeName, Generation> found = new TreeMap<>();
        list(
                "SELECT scope, generation FROM keyring",
                NOTHING,
                row -> found.put(new ScopeName(row.text()), new Generation(row.number())));
        return found;
    }

    SortedSet<ScopeName> scopesOf(String kidBeginning) throws SQLException {
        // Not LIKE: a kid may have an underscore, which stands for any character there.
        String query = "SELECT DISTINCT scope FROM signing_key WHERE substr(kid, 1, ?) = ?";
        return new TreeSet<>(list(
                query,
                statement -> {
                    statement.setInt(1, kidBeginning.length());
                    statement.setString(2, kidBeginning);
                },
                row -> new ScopeName(row.text())));
    }

    private List<GenerationIntent> intents(ScopeName scope) throws SQLException {
        String query =
                "SELECT algorithm, token, cka_id, intended_at FROM generation_intent WHERE scope = ? ORDER BY ordinal";
        return list(
                query,
                scope,
                row -> new GenerationIntent(
                        new KeyGroup(scope, SigningAlgorithm.valueOf(row.text())),
                        new KeyLocation(new TokenLabel(row.text()), new CkaId(row.text())),
                        row.instant()));
    }

    private List<Hold> holds(ScopeName scope) throws SQLException {
        String query = "SELECT kid, owner, reason, held_until FROM hold WHERE scope = ? ORDER BY ordinal";
        return list(query, scope, row -> new Hold(new Kid(row.text()), row.text(), row.text(), row.instant()));
    }

    private List<ScheduledRevocation> revocations(ScopeName scope) throws SQLException {
        String query = "SELECT kid, revoke_at, reason, cause, invalid_from FROM scheduled_revocation WHERE scope = ?"
                + " ORDER BY ordinal";
        return list(
                query,
                scope,
                row -> new ScheduledRevocation(
                        new Kid(row.text()),
                        row.instant(),
                        new Compromise(row.text(), Compromise.Cause.valueOf(row.text()), row.instant())));
    }

    private List<Publication> publications(ScopeName scope) throws SQLException {
        Map<Generation, SortedMap<Kid, Publication.Listing>> listings = listings(scope);
        String query = "SELECT number, max_age, cache_bound, served_at, superseded_at FROM publication"
                + " WHERE scope = ? AND binding = 1 ORDER BY number";
        return list(query, scope, row -> {
            Generation number = new Generation(row.number());
            return new Publication(
                    number,
                    listings.getOrDefault(number, new TreeMap<>()),
                    row.duration(),
                    row.duration(),
                    row.instantOrNull(),
                    row.instantOrNull());
        });
    }

    private Map<Generation, SortedMap<Kid, Publication.Listing>> listings(ScopeName scope) throws SQLException {
        String query = "SELECT l.number, l.kid, l.issued_at, l.not_before, l.expires, l.x5c FROM publication p"
                + " JOIN publication_listing l ON l.scope = p.scope AND l.number = p.number"
                + " WHERE p.scope = ? AND p.binding = 1";
        Map<Generation, SortedMap<Kid, Publication.Listing>> listings = new HashMap<>();
        list(
                query,
                scope,
                row -> listings.computeIfAbsent(new Generation(row.number()), n -> new TreeMap<>())
                        .put(new Kid(row.text()), listing(row)));
        return listings;
    }

    private static Publication.Listing listing(Row row) throws SQLException {
        return new Publication.Listing(row.instant(), row.instantOrNull(), row.instant(), row.number() == 1);
    }

    private <T> List<T> list(String query, ScopeName scope, Mapper<T> mapper) throws SQLException {
        return list(query, statement -> statement.setString(1, scope.value()), mapper);
    }

    private <T> List<T> list(String query, Binding binding, Mapper<T> mapper) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            binding.set(statement);
            try (ResultSet rows = statement.executeQuery()) {
                Row row = new Row(rows);
                List<T> found = new ArrayList<>();
                while (row.next()) {
                    found.add(mapper.from(row));
                }
                return found;
            }
        }
    }
}
