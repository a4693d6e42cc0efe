package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.InventoryConflictException;
import dev.keymgr.key.Generation;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes what differs between two generations of a keyring, inside the caller's transaction. */
final class KeyringWriter {
    private final Connection connection;
    private final Keyring before;
    private final Keyring after;
    private final ScopeName scope;

    KeyringWriter(Connection connection, Keyring before, Keyring after) {
        this.connection = connection;
        this.before = before;
        this.after = after;
        this.scope = after.scope();
    }

    /**
     * Writes in the order in which rows refer to each other. The keyring row comes first: it is what writers of one scope
     * race for, and the loser has then written nothing.
     */
    void write() throws SQLException {
        swapGeneration();
        writeKeys();
        writeIntents();
        writePublications();
        writeHolds();
        writeRevocations();
    }

    private void swapGeneration() throws SQLException {
        boolean first = before.generation().equals(Generation.NONE);
        String statement = first
                ? "INSERT INTO keyring (generation, changed_at, scope) VALUES (?, ?, ?) ON CONFLICT (scope) DO NOTHING"
                : "UPDATE keyring SET generation = ?, changed_at = ? WHERE scope = ? AND generation = ?";
        try (PreparedStatement swap = connection.prepareStatement(statement)) {
            Cells cells = new Cells(swap)
                    .number(after.generation().value())
                    .instant(after.changedAt())
                    .text(scope);
            if (!first) {
                cells.number(before.generation().value());
            }
            if (swap.executeUpdate() == 0) {
                throw new InventoryConflictException(scope, before.generation(), stored());
            }
        }
    }

    private Generation stored() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT generation FROM keyring WHERE scope = ?")) {
            query.setString(1, scope.value());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? new Generation(rows.getLong(1)) : Generation.NONE;
            }
        }
    }

    /** A key with its place in the keyring. */
    private record Placed(SigningKey key, long ordinal) {}

    private void writeKeys() throws SQLException {
        Map<Kid, Placed> old = new HashMap<>();
        for (Placed placed : placed(before)) {
            old.put(placed.key().kid(), placed);
        }
        List<Placed> added = new ArrayList<>();
        List<Placed> changed = new ArrayList<>();
        for (Placed placed : placed(after)) {
            Placed earlier = old.get(placed.key().kid());
            if (earlier == null) {
                added.add(placed);
            } else if (!earlier.equals(placed)) {
                changed.add(placed);
            }
        }
        // Who stops being active goes first: the constraint on one ACTIVE key looks after each row.
        changed.sort(Comparator.comparing(placed -> placed.key().state() == KeyState.ACTIVE));
        try (PreparedStatement update = connection.prepareStatement(KeyRows.UPDATE)) {
            for (Placed placed : changed) {
                Cells cells = new Cells(update);
                KeyRows.fillUpdate(cells, placed.key(), placed.ordinal());
                cells.addBatch();
            }
            requireOneRowEach(update.executeBatch());
        }
        try (PreparedStatement insert = connection.prepareStatement(KeyRows.INSERT)) {
            for (Placed placed : added) {
                Cells cells = new Cells(insert);
                KeyRows.fillInsert(cells, placed.key(), placed.ordinal());
                cells.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static List<Placed> placed(Keyring keyring) {
        List<Placed> placed = new ArrayList<>();
        for (SigningKey key : keyring.keys()) {
            placed.add(new Placed(key, placed.size()));
        }
        return placed;
    }

    private void requireOneRowEach(int[] counts) {
        for (int count : counts) {
            if (count != 1) {
                throw new IllegalStateException("scope " + scope + " at generation " + before.generation()
                        + " lacks a key that it had in that generation");
            }
        }
    }

    private void writeIntents() throws SQLException {
        if (before.intents().equals(after.intents())) {
            return;
        }
        deleteAll("DELETE FROM generation_intent WHERE scope = ?");
        String insert = "INSERT INTO generation_intent (scope, ordinal, algorithm, token, cka_id, intended_at)"
                + " VALUES (?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            long ordinal = 0;
            for (GenerationIntent intent : after.intents()) {
                new Cells(statement)
                        .text(scope)
                        .number(ordinal++)
                        .text(intent.group().algorithm())
                        .text(intent.location().token())
                        .text(intent.location().id())
                        .instant(intent.intendedAt())
                        .addBatch();
            }
            statement.executeBatch();
        }
    }

    private void writeHolds() throws SQLException {
        if (before.holds().equals(after.holds())) {
            return;
        }
        deleteAll("DELETE FROM hold WHERE scope = ?");
        String insert = "INSERT INTO hold (scope, ordinal, kid, owner, reason, held_until) VALUES (?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            long ordinal = 0;
            for (Hold hold : after.holds()) {
                new Cells(statement)
                        .text(scope)
                        .number(ordinal++)
                        .text(hold.kid())
                        .text(hold.owner())
                        .text(hold.reason())
                        .instant(hold.until())
                        .addBatch();
            }
            statement.executeBatch();
        }
    }

    private void writeRevocations() throws SQLException {
        if (before.revocations().equals(after.revocations())) {
            return;
        }
        deleteAll("DELETE FROM scheduled_revocation WHERE scope = ?");
        String insert = "INSERT INTO scheduled_revocation (scope, ordinal, kid, revoke_at, reason, cause, invalid_from)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            long ordinal = 0;
            for (ScheduledRevocation revocation : after.revocations()) {
                new Cells(statement)
                        .text(scope)
                        .number(ordinal++)
                        .text(revocation.kid())
                        .instant(revocation.at())
                        .text(revocation.record().reason())
                        .text(revocation.record().cause())
                        .instant(revocation.record().invalidFrom())
                        .addBatch();
            }
            statement.executeBatch();
        }
    }

    private void deleteAll(String delete) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            statement.setString(1, scope.value());
            statement.executeUpdate();
        }
    }

    /** Documents that bind no longer stay as history. */
    private void writePublications() throws SQLException {
        Map<Generation, Publication> gone = new HashMap<>();
        before.publications().forEach(p -> gone.put(p.number(), p));
        List<Publication> added = new ArrayList<>();
        List<Publication> changed = new ArrayList<>();
        for (Publication publication : after.publications()) {
            Publication earlier = gone.remove(publication.number());
            if (earlier == null) {
                added.add(publication);
            } else if (!earlier.equals(publication)) {
                requireSameContent(earlier, publication);
                changed.add(publication);
            }
        }
        insertPublications(added);
        updatePublications(changed, gone.values());
    }

    private void requireSameContent(Publication earlier, Publication later) {
        if (!earlier.saysTheSameAs(later) || !earlier.cacheBound().equals(later.cacheBound())) {
            throw new IllegalArgumentException(
                    "publication " + later.number() + " of " + scope + " changed what it says: it takes a new number");
        }
    }

    private void insertPublications(List<Publication> added) throws SQLException {
        String insert = "INSERT INTO publication"
                + " (max_age, cache_bound, served_at, superseded_at, scope, number, binding)"
                + " VALUES (?, ?, ?, ?, ?, ?, 1)";
        String list = "INSERT INTO publication_listing (scope, number, kid, issued_at, not_before, expires, x5c)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement document = connection.prepareStatement(insert);
                PreparedStatement listing = connection.prepareStatement(list)) {
            for (Publication publication : added) {
                new Cells(document)
                        .duration(publication.maxAge())
                        .duration(publication.cacheBound())
                        .instant(publication.servedAt())
                        .instant(publication.supersededAt())
                        .text(scope)
                        .number(publication.number().value())
                        .addBatch();
                for (Map.Entry<Kid, Publication.Listing> entry :
                        publication.listings().entrySet()) {
                    new Cells(listing)
                            .text(scope)
                            .number(publication.number().value())
                            .text(entry.getKey())
                            .instant(entry.getValue().issuedAt())
                            .instant(entry.getValue().notBefore())
                            .instant(entry.getValue().expires())
                            .number(entry.getValue().x5c() ? 1 : 0)
                            .addBatch();
                }
            }
            document.executeBatch();
            listing.executeBatch();
        }
    }

    private void updatePublications(Iterable<Publication> changed, Iterable<Publication> gone) throws SQLException {
        String update = "UPDATE publication SET served_at = ?, superseded_at = ?, binding = ?"
                + " WHERE scope = ? AND number = ?";
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            for (Publication publication : changed) {
                fill(statement, publication, 1);
            }
            for (Publication publication : gone) {
                fill(statement, publication, 0);
            }
            requireOneRowEach(statement.executeBatch());
        }
    }

    private void fill(PreparedStatement update, Publication publication, int binding) throws SQLException {
        new Cells(update)
                .instant(publication.servedAt())
                .instant(publication.supersededAt())
                .number(binding)
                .text(scope)
                .number(publication.number().value())
                .addBatch();
    }
}
