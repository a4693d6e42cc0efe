package dev.keymgr.store.jdbc;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeyTimes;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A signing key as a row. */
final class KeyRows {
    private static final List<String> FIXED =
            List.of("kid", "scope", "algorithm", "issuer", "certificate", "kty", "crv", "x", "y", "n", "e");
    private static final List<Moment> MOMENTS = List.of(Moment.values());
    private static final List<String> CHANGING = changing();

    static final String SELECT = "SELECT " + String.join(", ", FIXED) + ", " + String.join(", ", CHANGING)
            + " FROM signing_key WHERE scope = ? ORDER BY ordinal";

    static final String INSERT = "INSERT INTO signing_key (" + String.join(", ", FIXED) + ", "
            + String.join(", ", CHANGING) + ") VALUES ("
            + String.join(", ", Collections.nCopies(FIXED.size() + CHANGING.size(), "?")) + ")";

    static final String UPDATE = CHANGING.stream()
            .map(column -> column + " = ?")
            .collect(Collectors.joining(", ", "UPDATE signing_key SET ", " WHERE kid = ? AND scope = ?"));

    private KeyRows() {}

    private static List<String> changing() {
        List<String> columns = new ArrayList<>(List.of("ordinal", "token", "cka_id", "state", "private_half"));
        MOMENTS.forEach(moment -> columns.add(moment.name().toLowerCase(Locale.ROOT) + "_at"));
        columns.addAll(Arrays.asList(
                "cache_bound", "token_lifetime", "compromise_reason", "compromise_cause", "compromise_invalid_from"));
        return List.copyOf(columns);
    }

    /** In the order of {@link #INSERT}. */
    static void fillInsert(Cells cells, SigningKey key, long ordinal) throws SQLException {
        Map<String, String> numbers = key.publicKey().requiredMembers();
        cells.text(key.kid()).text(key.group().scope()).text(key.algorithm());
        KeyCertificate certificate = key.certificate();
        cells.text(certificate == null ? null : certificate.issuer())
                .text(certificate == null ? null : certificate.der());
        for (String member : FIXED.subList(5, FIXED.size())) {
            cells.text(numbers.get(member));
        }
        fillChanging(cells, key, ordinal);
    }

    /** In the order of {@link #UPDATE}. */
    static void fillUpdate(Cells cells, SigningKey key, long ordinal) throws SQLException {
        fillChanging(cells, key, ordinal);
        cells.text(key.kid()).text(key.group().scope());
    }

    private static void fillChanging(Cells cells, SigningKey key, long ordinal) throws SQLException {
        cells.number(ordinal)
                .text(key.location().token())
                .text(key.location().id())
                .text(key.state())
                .text(key.privateHalf());
        for (Moment moment : MOMENTS) {
            cells.instant(key.times().moments().get(moment));
        }
        Compromise compromise = key.compromise();
        cells.duration(key.cacheBound())
                .duration(key.tokenLifetime())
                .text(compromise == null ? null : compromise.reason())
                .text(compromise == null ? null : compromise.cause())
                .instant(compromise == null ? null : compromise.invalidFrom());
    }

    /** In the order of {@link #SELECT}; the key's own checks refuse a row that was tampered with. */
    static SigningKey read(Row row) throws SQLException {
        Kid kid = new Kid(row.text());
        ScopeName scope = new ScopeName(row.text());
        KeyGroup group = new KeyGroup(scope, SigningAlgorithm.valueOf(row.text()));
        KeyCertificate certificate = certificate(row.textOrNull(), row.textOrNull());
        VerificationKey publicKey = publicKey(row);
        row.number();
        KeyLocation location = new KeyLocation(new TokenLabel(row.text()), new CkaId(row.text()));
        KeyState state = KeyState.valueOf(row.text());
        PrivateHalf privateHalf = PrivateHalf.valueOf(row.text());
        KeyTimes times = times(row);
        return new SigningKey(
                kid,
                group,
                location,
                publicKey,
                state,
                privateHalf,
                times,
                row.durationOrNull(),
                row.duration(),
                compromise(row),
                certificate);
    }

    private static @Nullable KeyCertificate certificate(@Nullable String issuer, @Nullable String der) {
        return issuer == null || der == null ? null : new KeyCertificate(issuer, der);
    }

    private static VerificationKey publicKey(Row row) throws SQLException {
        String type = row.text();
        String curve = row.textOrNull();
        String x = row.textOrNull();
        String y = row.textOrNull();
        String modulus = row.textOrNull();
        String exponent = row.textOrNull();
        if (curve != null && x != null && y != null && "EC".equals(type)) {
            return new VerificationKey.Ec(curve, number(x), number(y));
        }
        if (modulus != null && exponent != null && "RSA".equals(type)) {
            return new VerificationKey.Rsa(number(modulus), number(exponent));
        }
        throw new IllegalArgumentException("a public key that is not whole");
    }

    private static BigInteger number(String base64url) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64url));
    }

    private static KeyTimes times(Row row) throws SQLException {
        Map<Moment, Instant> moments = new EnumMap<>(Moment.class);
        for (Moment moment : MOMENTS) {
            Instant at = row.instantOrNull();
            if (at != null) {
                moments.put(moment, at);
            }
        }
        return new KeyTimes(moments);
    }

    private static @Nullable Compromise compromise(Row row) throws SQLException {
        String reason = row.textOrNull();
        String cause = row.textOrNull();
        Instant invalidFrom = row.instantOrNull();
        return reason == null || cause == null || invalidFrom == null
                ? null
                : new Compromise(reason, Compromise.Cause.valueOf(cause), invalidFrom);
    }
}
