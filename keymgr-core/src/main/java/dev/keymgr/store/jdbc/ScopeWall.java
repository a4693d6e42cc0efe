package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** After a constraint said no: finds which new key stands elsewhere already, and where, to say it by name. */
final class ScopeWall {
    private static final String QUERY = "SELECT kid, scope FROM signing_key"
            + " WHERE kid = ? OR (crv = ? AND x = ?) OR n = ? OR (token = ? AND cka_id = ?)";

    private final Connection connection;

    ScopeWall(Connection connection) {
        this.connection = connection;
    }

    Optional<KeymgrException> find(Keyring before, Keyring after, SQLException refusal) throws SQLException {
        Set<Kid> known = new HashSet<>();
        before.keys().forEach(key -> known.add(key.kid()));
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            for (SigningKey key : after.keys()) {
                if (known.contains(key.kid())) {
                    continue;
                }
                Map<String, String> numbers = key.publicKey().requiredMembers();
                new Cells(query)
                        .text(key.kid())
                        .text(numbers.get("crv"))
                        .text(numbers.get("x"))
                        .text(numbers.get("n"))
                        .text(key.location().token())
                        .text(key.location().id());
                try (ResultSet rows = query.executeQuery()) {
                    if (rows.next()) {
                        return Optional.of(refusal(key, rows.getString(1), rows.getString(2), refusal));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static KeymgrException refusal(SigningKey key, String kid, String scope, SQLException cause) {
        String what = key.kid().value().equals(kid)
                ? "key " + kid + " already stands"
                : "key " + key.kid() + " has the public key or the token object of key " + kid + ", which stands";
        return new KeymgrException(
                ErrorCode.DOCUMENT_REFUSED,
                what + " in scope " + scope + " and cannot also stand in scope "
                        + key.group().scope() + "; nothing was written; a key belongs to one scope for ever: generate a"
                        + " new one",
                cause);
    }
}
