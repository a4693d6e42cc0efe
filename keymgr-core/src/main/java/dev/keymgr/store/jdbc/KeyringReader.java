package dev.keymgr.store.jdbc;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.Generation;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a keyring in five queries, however many keys it has. The caller's transaction makes them one snapshot. */
final class KeyringReader {
    private final Connection connection;

    KeyringReader(Connection connection) {
        this.connection = connection;
    }

    @FunctionalInterface
    private interface Mapper<T> {
        T from(Row row) throws SQLException;
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
                holds(scope));
    }

    private record Head(Generation generation, Instant changedAt) {}

    SortedSet<ScopeName> scopes() throws SQLException {
        return new TreeSet<>(list("SELECT scope FROM keyring", null, row -> new ScopeName(row.text())));
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

    /** A row per listing, those of one document together. */
    private List<Publication> publications(ScopeName scope) throws SQLException {
        String query = "SELECT p.number, p.max_age, p.cache_bound, p.served_at, p.superseded_at,"
                + " l.kid, l.issued_at, l.not_before, l.expires FROM publication p"
                + " LEFT JOIN publication_listing l ON l.scope = p.scope AND l.number = p.number"
                + " WHERE p.scope = ? AND p.binding = 1 ORDER BY p.number";
        Map<Generation, Publication> firstParts = new LinkedHashMap<>();
        Map<Generation, SortedMap<Kid, Publication.Listing>> listings = new HashMap<>();
        for (Publication part : list(query, scope, KeyringReader::part)) {
            firstParts.putIfAbsent(part.number(), part);
            listings.computeIfAbsent(part.number(), number -> new TreeMap<>()).putAll(part.listings());
        }
        return firstParts.values().stream()
                .map(p -> new Publication(
                        p.number(),
                        listings.getOrDefault(p.number(), p.listings()),
                        p.maxAge(),
                        p.cacheBound(),
                        p.servedAt(),
                        p.supersededAt()))
                .toList();
    }

    private static Publication part(Row row) throws SQLException {
        Generation number = new Generation(row.number());
        Duration maxAge = row.duration();
        Duration cacheBound = row.duration();
        Instant servedAt = row.instantOrNull();
        Instant supersededAt = row.instantOrNull();
        TreeMap<Kid, Publication.Listing> listings = new TreeMap<>();
        String kid = row.textOrNull();
        if (kid != null) {
            Instant issuedAt = row.instant();
            Instant notBefore = row.instantOrNull();
            listings.put(new Kid(kid), new Publication.Listing(issuedAt, notBefore, row.instant()));
        }
        return new Publication(number, listings, maxAge, cacheBound, servedAt, supersededAt);
    }

    private <T> List<T> list(String query, @Nullable ScopeName scope, Mapper<T> mapper) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (scope != null) {
                statement.setString(1, scope.value());
            }
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
