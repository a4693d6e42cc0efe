package dev.keymgr.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.AtOnce;
import dev.keymgr.testkit.SampleKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Authorities and what they signed, in every store. */
public abstract class AuthorityRecordsContract {
    private static final ScopeName CONSUMER = SampleKeys.CONSUMER;
    private static final ScopeName ENTERPRISE = SampleKeys.ENTERPRISE;
    private static final Instant START = SampleKeys.START;

    /** A handle on the store of this test; a second one is another client of the same store. */
    protected abstract AuthorityRecords records();

    /** The record of the same store. */
    protected abstract AuditLog audit();

    /** Has every client of this test go away; what the store holds stays. */
    protected abstract void leave();

    /** From here on nothing can be added to the record of the store. */
    protected abstract void breakAudit() throws Exception;

    private static Authority authority(ScopeName scope, int number) {
        return new Authority(
                scope,
                SampleKeys.location(scope + "-" + number, number),
                SampleKeys.p384(number),
                KeyCertificate.of("https://" + scope + ".example/o'neil", new byte[] {48, (byte) number}),
                START.plusNanos(number),
                null);
    }

    private static SignedDocuments documents(Authority by, long sequence, String saying) {
        return new SignedDocuments(
                by.scope(),
                sequence,
                by.kid(),
                saying,
                START.plusNanos(sequence),
                START.plus(Duration.ofHours(6)),
                saying + ".k.e",
                saying + ".h.i",
                saying + ".r.e");
    }

    private static AuditEvent event(ScopeName scope, AuditAction action, String of) {
        return AuditEvent.of(START, "ann@host", action, scope, null, Map.of("authority", of));
    }

    private Authority established(ScopeName scope, int number) {
        Authority authority = authority(scope, number);
        establish(authority);
        return authority;
    }

    private void establish(Authority authority) {
        records()
                .establish(
                        authority,
                        event(
                                authority.scope(),
                                AuditAction.AUTHORITY_ESTABLISHED,
                                authority.kid().value()));
    }

    private void intend(Authority authority) {
        records()
                .intend(
                        authority.scope(),
                        authority.location(),
                        START,
                        event(
                                authority.scope(),
                                AuditAction.AUTHORITY_INTENDED,
                                authority.location().toString()));
    }

    private void revoke(ScopeName scope, Kid kid, Instant at) {
        records().revoke(scope, kid, at, event(scope, AuditAction.AUTHORITY_REVOKED, kid.value()));
    }

    private boolean replace(SignedDocuments documents) {
        return replace(records(), documents);
    }

    private static boolean replace(AuthorityRecords client, SignedDocuments documents) {
        return replace(client, documents.sequence() - 1, documents);
    }

    private static boolean replace(AuthorityRecords client, long before, SignedDocuments documents) {
        return client.replace(
                before, documents, event(documents.scope(), AuditAction.DOCUMENTS_SIGNED, documents.sequence() + ""));
    }

    private List<AuditAction> recorded() {
        List<AuditRecord> records = audit().read(0, 100);
        assertThat(AuditChain.firstBreak(records)).isEmpty();
        return records.stream().map(r -> r.event().action()).toList();
    }

    @Test
    void hasNothingAtFirst() {
        assertThat(records().authorities(CONSUMER)).isEmpty();
        assertThat(records().documents(CONSUMER)).isEmpty();
        assertThat(records().sequences()).isEmpty();
    }

    @Test
    void givesBackEveryFieldOfAnAuthorityTheOldestFirstAndToItsScopeAlone() {
        Authority second = established(CONSUMER, 2);
        Authority first = established(CONSUMER, 1);
        Authority other = established(ENTERPRISE, 3);

        assertThat(records().authorities(CONSUMER)).containsExactly(first, second);
        assertThat(records().authorities(ENTERPRISE)).containsExactly(other);
        assertThat(recorded()).hasSize(3).containsOnly(AuditAction.AUTHORITY_ESTABLISHED);
    }

    @Test
    void anIntentStandsInItsScopeUntilItsPlaceHasAnAuthority() {
        Authority one = authority(CONSUMER, 1);
        Authority two = authority(CONSUMER, 2);
        intend(one);
        intend(two);
        assertThat(records().intents(CONSUMER)).containsExactlyInAnyOrder(one.location(), two.location());
        assertThat(records().intents(ENTERPRISE)).isEmpty();
        assertThat(records().authorities(CONSUMER)).isEmpty();

        establish(one);
        leave();

        assertThat(records().intents(CONSUMER)).containsExactly(two.location());
        assertThat(recorded())
                .containsExactly(
                        AuditAction.AUTHORITY_INTENDED,
                        AuditAction.AUTHORITY_INTENDED,
                        AuditAction.AUTHORITY_ESTABLISHED);
    }

    @Test
    void aKeyIsTheAuthorityOfOneScopeOnceAndForAll() {
        Authority one = established(CONSUMER, 1);
        Authority elsewhere = new Authority(
                ENTERPRISE,
                SampleKeys.location("enterprise-9", 9),
                one.publicKey(),
                one.certificate(),
                one.establishedAt(),
                null);

        for (Authority again : List.of(one, elsewhere)) {
            assertThatExceptionOfType(KeymgrException.class)
                    .isThrownBy(() -> establish(again))
                    .withMessageContaining("ScopesNeverMix")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DOCUMENT_REFUSED));
        }
        assertThat(records().authorities(CONSUMER)).containsExactly(one);
        assertThat(records().authorities(ENTERPRISE)).isEmpty();
        assertThat(recorded()).hasSize(1);
    }

    @Test
    void anEndIsWrittenOnceAndStaysAsItWas() {
        Authority one = established(CONSUMER, 1);
        Authority two = established(CONSUMER, 2);
        revoke(CONSUMER, one.kid(), START.plusSeconds(7));
        revoke(CONSUMER, one.kid(), START.plusSeconds(9));

        assertThat(records().authorities(CONSUMER)).containsExactly(one.revoked(START.plusSeconds(7)), two);
        assertThat(recorded())
                .containsExactly(
                        AuditAction.AUTHORITY_ESTABLISHED,
                        AuditAction.AUTHORITY_ESTABLISHED,
                        AuditAction.AUTHORITY_REVOKED);
    }

    @Test
    void anotherScopeEndsNobodysAuthority() {
        Authority one = established(CONSUMER, 1);
        revoke(ENTERPRISE, one.kid(), START);
        revoke(CONSUMER, authority(CONSUMER, 2).kid(), START);

        assertThat(records().authorities(CONSUMER)).containsExactly(one);
        assertThat(recorded()).containsExactly(AuditAction.AUTHORITY_ESTABLISHED);
    }

    @Test
    void documentsTakeThePlaceOfThoseBeforeAndOfNoOther() {
        Authority one = established(CONSUMER, 1);
        Authority other = established(ENTERPRISE, 2);

        assertThat(replace(records(), 1, documents(one, 2, "early"))).isFalse();
        assertThat(replace(records(), 0, documents(one, 5, "first"))).isTrue();
        assertThat(replace(records(), 0, documents(one, 6, "again"))).isFalse();
        assertThat(replace(records(), 6, documents(one, 7, "early"))).isFalse();
        assertThat(replace(records(), 5, documents(one, 9, "second"))).isTrue();
        assertThat(replace(records(), 5, documents(one, 10, "late"))).isFalse();
        assertThat(replace(records(), 0, documents(other, 1, "other"))).isTrue();

        assertThat(records().documents(CONSUMER)).contains(documents(one, 9, "second"));
        assertThat(records().documents(ENTERPRISE)).contains(documents(other, 1, "other"));
        assertThat(records().sequences()).containsExactly(Map.entry(CONSUMER, 9L), Map.entry(ENTERPRISE, 1L));
        assertThat(recorded())
                .filteredOn(AuditAction.DOCUMENTS_SIGNED::equals)
                .as("what was not written is not recorded")
                .hasSize(3);
    }

    @Test
    void oneOfManyThatSignAtOnceIsFirst() throws Exception {
        Authority one = established(CONSUMER, 1);
        List<AuthorityRecords> clients =
                IntStream.range(0, 4).mapToObj(i -> records()).toList();
        for (long sequence = 1; sequence <= 3; sequence++) {
            SignedDocuments next = documents(one, sequence, "round " + sequence);
            assertThat(AtOnce.run(clients, client -> replace(client, next)))
                    .as("sequence " + sequence)
                    .filteredOn(Boolean::booleanValue)
                    .hasSize(1);
        }
        assertThat(records().sequences()).containsEntry(CONSUMER, 3L);
        assertThat(recorded()).hasSize(4);
    }

    @Test
    void whatWasWrittenIsThereForWhoeverOpensTheStoreNext() {
        Authority one = established(CONSUMER, 1);
        replace(documents(one, 1, "first"));
        revoke(CONSUMER, one.kid(), START.plusSeconds(7));
        leave();

        assertThat(records().authorities(CONSUMER)).containsExactly(one.revoked(START.plusSeconds(7)));
        assertThat(records().documents(CONSUMER)).contains(documents(one, 1, "first"));
        assertThat(recorded())
                .containsExactly(
                        AuditAction.AUTHORITY_ESTABLISHED, AuditAction.DOCUMENTS_SIGNED, AuditAction.AUTHORITY_REVOKED);
    }

    @Test
    void nothingIsWrittenThatIsNotRecorded() throws Exception {
        Authority one = established(CONSUMER, 1);
        replace(documents(one, 1, "first"));
        breakAudit();

        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> intend(authority(CONSUMER, 2)));
        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> establish(authority(CONSUMER, 2)));
        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> revoke(CONSUMER, one.kid(), START));
        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> replace(documents(one, 2, "second")));
        assertThat(records().intents(CONSUMER)).isEmpty();
        assertThat(records().authorities(CONSUMER)).containsExactly(one);
        assertThat(records().documents(CONSUMER)).contains(documents(one, 1, "first"));
    }
}
