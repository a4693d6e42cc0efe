package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.authority.Authority;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Authorities and signed documents over the two connections of a store. Safe for many threads. */
final class JdbcAuthorities implements AuthorityRecords {
    private final Transactions transactions;

    JdbcAuthorities(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public List<Authority> authorities(ScopeName scope) {
        return transactions.read(
                "read the authorities", connection -> new AuthorityTables(connection).authorities(scope));
    }

    @Override
    public List<KeyLocation> intents(ScopeName scope) {
        return transactions.read(
                "read the intended authorities", connection -> new AuthorityTables(connection).intents(scope));
    }

    @Override
    public void intend(ScopeName scope, KeyLocation place, Instant at, AuditEvent event) {
        transactions.write("record an intended authority", connection -> {
            new AuthorityTables(connection).intend(scope, place, at);
            return recorded(connection, event);
        });
    }

    @Override
    public void establish(Authority authority, AuditEvent event) {
        String doing = "record an authority";
        transactions.write(
                connection -> {
                    new AuthorityTables(connection).insert(authority);
                    return recorded(connection, event);
                },
                e -> transactions.isRefusal(e)
                        ? new KeymgrException(
                                ErrorCode.DOCUMENT_REFUSED,
                                "ScopesNeverMix: the authority "
                                        + authority.kid().prefix() + " of scope " + authority.scope()
                                        + " stands in the store already; nothing was written",
                                e)
                        : transactions.explain(doing, e));
    }

    @Override
    public void revoke(ScopeName scope, Kid authority, Instant at, AuditEvent event) {
        transactions.write(
                "revoke an authority",
                connection ->
                        new AuthorityTables(connection).revoke(scope, authority, at) && recorded(connection, event));
    }

    @Override
    public SortedMap<ScopeName, Long> sequences() {
        return transactions.read(
                "list the signed documents", connection -> new AuthorityTables(connection).sequences());
    }

    @Override
    public Optional<SignedDocuments> documents(ScopeName scope) {
        return transactions.read(
                "read the signed documents", connection -> new AuthorityTables(connection).documents(scope));
    }

    @Override
    public boolean replace(long before, SignedDocuments documents, AuditEvent event) {
        return transactions.write(
                "write the signed documents",
                connection ->
                        new AuthorityTables(connection).replace(before, documents) && recorded(connection, event));
    }

    private boolean recorded(Connection connection, AuditEvent event) throws SQLException {
        AuditTable audit = new AuditTable(connection);
        audit.append(audit.head(transactions.headQuery()), List.of(event));
        return true;
    }
}
