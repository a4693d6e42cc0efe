package dev.keymgr.hsm.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.hsm.Pin;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinBytesTest {
    /** Remembers every array that it was asked to fill. */
    private static final class Watched extends FilterInputStream {
        private final List<byte[]> filled = new ArrayList<>();

        Watched(String text) {
            super(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            filled.add(target);
            return super.read(target, offset, length);
        }
    }

    @Test
    void leavesNothingInWhatItReadInto() throws IOException {
        Watched stream = new Watched("correct horse\nbattery\n");

        try (Pin pin = PinBytes.read(stream, "a test")) {
            String read = pin.lend(String::new);
            assertThat(read).isEqualTo("correct horse");
        }

        assertThat(stream.filled)
                .isNotEmpty()
                .allSatisfy(array -> assertThat(array).containsOnly(0));
    }
}
