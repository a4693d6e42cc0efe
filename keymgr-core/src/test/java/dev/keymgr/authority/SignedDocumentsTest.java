package dev.keymgr.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignedDocumentsTest {
    private static final Instant SIGNED = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration VALIDITY = Duration.ofHours(6);
    private static final Instant HALF = SIGNED.plus(VALIDITY.dividedBy(2));
    private static final SignedDocuments DOCUMENTS = new SignedDocuments(
            new ScopeName("consumer"),
            7,
            new Kid("HNICqe9Mks9zUuqI1ywog21Y_COC4fxixY2_srvwGmU"),
            "same",
            SIGNED,
            SIGNED.plus(VALIDITY),
            "k.e.y",
            "h.i.s",
            "r.e.v");

    @Test
    void standWhileTheySayTheSameAndTheirSignerStandsAndHalfTheirTimeIsToCome() {
        assertThat(DOCUMENTS.areDue("same", true, SIGNED)).isFalse();
        assertThat(DOCUMENTS.areDue("same", true, HALF.minusNanos(1))).isFalse();
    }

    @Test
    void areDueFromHalfTheirTimeOn() {
        assertThat(DOCUMENTS.areDue("same", true, HALF)).isTrue();
        assertThat(DOCUMENTS.areDue("same", true, SIGNED.plus(VALIDITY).plusSeconds(1)))
                .isTrue();
    }

    @Test
    void areDueAtOnceWhenTheySaySomethingElseOrTheirSignerFell() {
        assertThat(DOCUMENTS.areDue("other", true, SIGNED)).isTrue();
        assertThat(DOCUMENTS.areDue("same", false, SIGNED)).isTrue();
    }

    @Test
    void areWrittenRevocationsFirst() {
        assertThat(DOCUMENTS.files().keySet()).containsExactly("revoked-keys.jwt", "jwks.jwt", "historical-keys.jwt");
        assertThat(DOCUMENTS.files().values())
                .extracting(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                .containsExactly("r.e.v", "k.e.y", "h.i.s");
    }
}
