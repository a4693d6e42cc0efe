package dev.keymgr.kit;

import dev.keymgr.authority.DocumentContents;
import dev.keymgr.authority.DocumentContents.Envelope;
import dev.keymgr.json.Json;
import dev.keymgr.jwks.Jwk;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The documents of a kit: what the scope would serve, what it would not, and what must not be believed. */
final class KitDocuments {
    static final String GOOD = "good";
    static final String FOIL = "foil";
    static final String FOREIGN_LISTED = "foreign-key-listed";
    static final String FOREIGN_RELABELLED = "foreign-key-relabelled";
    static final String ROLLED_BACK = "rolled-back";
    static final String OUTDATED = "outdated";
    static final String FOREIGN_AUTHORITY = "foreign-authority";
    static final String UNCERTIFIED = "uncertified-key";
    static final String WRONG_TYPE = "wrong-type";
    static final String HISTORY = "history-as-set";

    /** Of the good documents: a verifier that is asked has seen this one. */
    static final long SEQUENCE = 7;

    private final Cast cast;
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private record Entry(ThrowAwayKey key, Jwk jwk) {}

    private KitDocuments(Cast cast) {
        this.cast = cast;
    }

    /** By path below {@code documents/}. */
    static Map<String, byte[]> of(Cast cast) {
        KitDocuments documents = new KitDocuments(cast);
        List<Entry> good = documents.goodKeys();
        Envelope envelope = documents.envelope(SEQUENCE);
        documents.add(GOOD, cast.home(), good, envelope);
        documents.add(FOIL, cast.foil(), documents.foilKeys(), documents.envelopeOf(cast.foil(), SEQUENCE));
        documents.add(ROLLED_BACK, cast.home(), good, documents.envelope(SEQUENCE - 1));
        documents.add(
                OUTDATED,
                cast.home(),
                good,
                new Envelope(
                        cast.scope().issuer(),
                        SEQUENCE + 1,
                        cast.span().longAgo(),
                        cast.span().before()));
        documents.add(FOREIGN_AUTHORITY, cast.foil(), good, documents.envelope(SEQUENCE + 1));
        documents.addForeignKeys(good);
        documents.addMisshapen(good);
        return documents.files;
    }

    private List<Entry> goodKeys() {
        Instant from = cast.span().longAgo();
        Instant until = cast.span().farAhead();
        return List.of(
                entry(cast.signing(), from, until),
                entry(cast.standby(), null, until),
                entry(cast.rsa(), from, until),
                entry(cast.expired(), from, cast.span().before()),
                entry(cast.early(), cast.span().afterwards(), until),
                entry(cast.revoked(), from, until),
                entry(cast.suspended(), from, until));
    }

    private Entry entry(ThrowAwayKey key, @Nullable Instant from, Instant until) {
        return new Entry(key, cast.home().vouchFor(key, cast.home().list(key, from, until)));
    }

    private Jwk foreignJwk() {
        return cast.foil()
                .vouchFor(
                        cast.foreign(),
                        cast.foil()
                                .list(
                                        cast.foreign(),
                                        cast.span().longAgo(),
                                        cast.span().farAhead()));
    }

    private List<Entry> foilKeys() {
        return List.of(new Entry(cast.foreign(), foreignJwk()));
    }

    /** Documents that the scope's own authority signed though they list a key of the foil. */
    private void addForeignKeys(List<Entry> good) {
        Envelope envelope = envelope(SEQUENCE + 1);
        Jwk theirs = foreignJwk();
        List<Entry> listed = new ArrayList<>(good);
        listed.add(new Entry(cast.foreign(), theirs));
        add(FOREIGN_LISTED, cast.home(), listed, envelope);

        Jwk.Binding binding = Objects.requireNonNull(theirs.binding());
        Jwk relabelled = new Jwk(
                theirs.kid(),
                theirs.algorithm(),
                theirs.publicKey(),
                theirs.issuedAt(),
                theirs.notBefore(),
                theirs.expires(),
                new Jwk.Binding(cast.scope().issuer(), binding.thumbprint(), binding.chain()));
        List<Entry> disguised = new ArrayList<>(good);
        disguised.add(new Entry(cast.foreign(), relabelled));
        add(FOREIGN_RELABELLED, cast.home(), disguised, envelope);
    }

    private void addMisshapen(List<Entry> good) {
        Envelope envelope = envelope(SEQUENCE + 1);
        List<Entry> bare = new ArrayList<>(good.subList(1, good.size()));
        bare.add(
                0,
                new Entry(
                        cast.signing(),
                        cast.home()
                                .list(
                                        cast.signing(),
                                        cast.span().longAgo(),
                                        cast.span().farAhead())));
        add(UNCERTIFIED, cast.home(), bare, envelope);

        DocumentContents contents = contents(good);
        add(WRONG_TYPE, cast.home(), good, envelope);
        put(WRONG_TYPE, "jwks.jwt", cast.home().sign("JWT", contents.keyClaims(envelope)));
        add(HISTORY, cast.home(), good, envelope);
        put(HISTORY, "jwks.jwt", cast.home().sign(DocumentContents.SET_TYPE, contents.historyClaims(envelope)));
    }

    private Envelope envelope(long sequence) {
        return envelopeOf(cast.home(), sequence);
    }

    private Envelope envelopeOf(ThrowAwayScope scope, long sequence) {
        return new Envelope(
                scope.scope().issuer(),
                sequence,
                cast.span().made(),
                cast.span().end());
    }

    private void add(String folder, ThrowAwayScope signer, List<Entry> keys, Envelope envelope) {
        DocumentContents contents = contents(keys);
        put(folder, "jwks.json", new String(Json.render(Map.of("keys", plain(keys))), StandardCharsets.UTF_8));
        put(folder, "jwks.jwt", signer.sign(DocumentContents.SET_TYPE, contents.keyClaims(envelope)));
        put(
                folder,
                "revoked-keys.jwt",
                signer.sign(DocumentContents.REVOCATIONS_TYPE, contents.revocationClaims(envelope)));
        put(folder, "historical-keys.jwt", signer.sign(DocumentContents.SET_TYPE, contents.historyClaims(envelope)));
    }

    private void put(String folder, String file, String content) {
        files.put(folder + "/" + file, content.getBytes(StandardCharsets.UTF_8));
    }

    private DocumentContents contents(List<Entry> keys) {
        long then = cast.span().before().getEpochSecond();
        return new DocumentContents(
                keys.stream().map(entry -> entry.jwk().toMembers()).toList(),
                plain(keys),
                List.of(Map.of("kid", cast.revoked().kid().value(), "revoked_at", then, "reason", "compromised")),
                List.of(Map.of("kid", cast.suspended().kid().value(), "suspended_at", then)),
                List.of());
    }

    /** Without the certificates. */
    private static List<Map<String, Object>> plain(List<Entry> keys) {
        return keys.stream()
                .map(entry -> {
                    Map<String, Object> members =
                            new LinkedHashMap<>(entry.jwk().toMembers());
                    members.remove("x5c");
                    return members;
                })
                .toList();
    }
}
