package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServedDocumentTest {
    @Test
    void refusesAJwksThatClientsWouldNotReadWhole() {
        assertThat(new ServedDocument(Kind.JWKS, new byte[51_199], now -> Duration.ZERO).bytes())
                .hasSize(51_199);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServedDocument(Kind.JWKS, new byte[51_200], now -> Duration.ZERO))
                .withMessageContaining("51200");
    }

    @Test
    void keepsItsBytesToItself() {
        byte[] given = SmallSite.utf8("{\"keys\":[]}");
        ServedDocument document = new ServedDocument(Kind.JWKS, given, now -> Duration.ZERO);

        given[0] = 'x';
        document.bytes()[0] = 'y';

        assertThat(document.bytes()).isEqualTo(SmallSite.utf8("{\"keys\":[]}"));
    }

    @Test
    void doesNotCompressWhatDoesNotShrink() {
        byte[] noise = new byte[5_000];
        new Random(7).nextBytes(noise);

        assertThat(new ServedDocument(Kind.JWKS, noise, now -> Duration.ZERO).gzip())
                .isNull();
    }

    @Test
    void hasOneDocumentOfAKindForAScope() {
        Documents documents = new Documents();
        ServedDocument document = SmallSite.jwks("{}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> documents.replace("consumer", List.of(document, document)));
        assertThat(documents.find("consumer", Kind.JWKS)).isEmpty();
        documents.replace("consumer", List.of(document));
        documents.forget("consumer");
        assertThat(documents.find("consumer", Kind.JWKS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    gzip                        | true
                    GZIP                        | true
                    x-gzip                      | true
                    deflate, gzip;q=0.5, br     | true
                    *                           | true
                    gzip;q=0                    | false
                    gzip;q=0.000, *             | false
                    *;q=0                       | false
                    identity                    | false
                    identity, gzip;q=0.9        | false
                    identity;q=0.5, gzip        | true
                    gzip;q=2                    | false
                    gzip;level=9                | false
                    gzipped                     | false
                    ;,;;                        | false
                    """)
    void compressesForThoseWhoWantIt(String acceptEncoding, boolean wanted) {
        assertThat(AcceptEncoding.wantsGzip(List.of(acceptEncoding))).isEqualTo(wanted);
    }
}
