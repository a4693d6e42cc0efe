package dev.keymgr.audit;

import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.AtOnce;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What relying parties were sent, in every store. */
public abstract class SecurityEventsContract {
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final Party MAIL = new Party(CONSUMER, "mail");
    private static final Party ELSEWHERE = new Party(new ScopeName("enterprise"), "mail");
    private static final Kid KID = new Kid("HNICqe9Mks9zUuqI1ywog21Y_COC4fxixY2_srvwGmU");

    /** A handle on the store of this test; a second one is another client of the same store. */
    protected abstract SecurityEvents events();

    /** The record of the same store. */
    protected abstract AuditLog audit();

    private static Sent sent(Party party, long sequence) {
        return sent(party, sequence, null);
    }

    private static Sent sent(Party party, long sequence, @Nullable String refusal) {
        return new Sent(
                party,
                sequence + "-" + party.name(),
                sequence,
                KID,
                "key-revoked",
                "a.b.c",
                START,
                START.plusNanos(1),
                null,
                refusal);
    }

    @Test
    void givesBackEveryFieldExactly() {
        events().keep(sent(MAIL, 7, "it's \"invalid\""));

        assertThat(events().find(MAIL, 7)).contains(sent(MAIL, 7, "it's \"invalid\""));
        assertThat(events().find(MAIL, 8)).isEmpty();
        assertThat(events().find(ELSEWHERE, 7)).isEmpty();
    }

    @Test
    void keepsTheFirstOfTwoTokensOfOneRecord() {
        Sent first = sent(MAIL, 7);
        events().keep(first);
        events().keep(new Sent(
                MAIL, first.jti(), 7, KID, first.type(), "other", START, START.plusSeconds(9), null, null));

        assertThat(events().offered(MAIL, 10)).containsExactly(first);
    }

    @Test
    void offersInTheOrderOfTheRecordAndToOnePartyAlone() {
        events().keep(sent(MAIL, 9));
        events().keep(sent(ELSEWHERE, 8));
        events().keep(sent(MAIL, 7));

        assertThat(events().offered(MAIL, 10)).extracting(Sent::sequence).containsExactly(7L, 9L);
        assertThat(events().offered(MAIL, 1)).extracting(Sent::sequence).containsExactly(7L);
        assertThat(events().about(KID)).extracting(Sent::sequence).containsExactly(7L, 8L, 9L);
    }

    @Test
    void anAcknowledgementIsRecordedOnceAndByThePartyItIsOf() {
        events().keep(sent(MAIL, 7));
        events().keep(sent(ELSEWHERE, 7));

        assertThat(events().acknowledge(MAIL, List.of("7-mail", "unknown"), START.plusSeconds(5), "mail"))
                .isOne();
        assertThat(events().acknowledge(MAIL, List.of("7-mail"), START.plusSeconds(6), "mail"))
                .isZero();

        Sent known = events().find(MAIL, 7).orElseThrow();
        assertThat(known.acknowledged()).contains(START.plusSeconds(5));
        assertThat(known.token()).isEmpty();
        assertThat(events().outstanding(MAIL, 10)).isEmpty();
        assertThat(events().outstanding(ELSEWHERE, 10)).hasSize(1);
        assertThat(events().lastAcknowledged(MAIL)).contains(START.plusSeconds(5));
        assertThat(events().lastAcknowledged(ELSEWHERE)).isEmpty();
        assertThat(audit().latest(10))
                .extracting(AuditRecord::event)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.action()).isEqualTo(AuditAction.EVENT_ACKNOWLEDGED);
                    assertThat(event.scope()).isEqualTo(CONSUMER);
                    assertThat(event.kid()).isEqualTo(KID);
                    assertThat(event.details())
                            .isEqualTo(Map.of("party", "mail", "event", "key-revoked", "jti", "7-mail"));
                });
        assertThat(Confirmations.in(audit().latest(10))).isEqualTo(Map.of("mail", START.plusSeconds(5)));
    }

    @Test
    void whatIsRefusedIsOfferedNoMoreAndOutstandingAllTheSame() {
        events().keep(sent(MAIL, 7));
        events().refuse(MAIL, "7-mail", "invalid_key", START, "mail");
        events().refuse(MAIL, "7-mail", "again", START, "mail");

        assertThat(events().offered(MAIL, 10)).isEmpty();
        assertThat(events().outstanding(MAIL, 10)).extracting(Sent::refusal).containsExactly("invalid_key");
        assertThat(audit().latest(10))
                .extracting(record -> record.event().action())
                .containsExactly(AuditAction.EVENT_REFUSED);
        assertThat(events().acknowledge(MAIL, List.of("7-mail"), START, "mail")).isOne();
        assertThat(events().outstanding(MAIL, 10)).isEmpty();
    }

    @Test
    void oneOfManyThatAcknowledgeAtOnceRecordsIt() throws Exception {
        events().keep(sent(MAIL, 7));
        AtomicInteger recorded = new AtomicInteger();

        AtOnce.run(List.of(events(), events(), events()), client -> {
            client.keep(sent(MAIL, 7));
            recorded.addAndGet(client.acknowledge(MAIL, List.of("7-mail"), START, "mail"));
            return true;
        });

        assertThat(recorded).hasValue(1);
        assertThat(audit().latest(10)).hasSize(1);
    }

    @Test
    void refusesALimitBeyondItsBound() {
        assertThatThrownBy(() -> events().offered(MAIL, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> events().outstanding(MAIL, 1_001)).isInstanceOf(IllegalArgumentException.class);
    }
}
