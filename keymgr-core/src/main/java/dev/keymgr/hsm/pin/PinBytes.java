package dev.keymgr.hsm.pin;

import dev.keymgr.hsm.Pin;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Turns the first line of some bytes into a PIN without ever making a string of it. */
final class PinBytes {
    /** Far above any token's limit: what is longer is not a PIN but the wrong file. */
    private static final int BYTES_MAX = 1024;

    private PinBytes() {}

    /**
     * Reads to the end, or to the bound.
     *
     * @param description names the source in errors
     */
    static Pin read(InputStream stream, String description) throws IOException {
        // Into an array of our own: the stream's buffer would stay in memory.
        byte[] bytes = new byte[BYTES_MAX + 1];
        try {
            int length = stream.readNBytes(bytes, 0, bytes.length);
            if (length > BYTES_MAX) {
                throw unusable(description, "holds more than " + BYTES_MAX + " bytes, so it is not a PIN");
            }
            return new Pin(firstLine(bytes, length, description));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    static KeymgrException unusable(String description, String fact) {
        return new KeymgrException(ErrorCode.TOKEN_LOGIN, "the PIN from " + description + " is not usable: it " + fact);
    }

    private static char[] firstLine(byte[] bytes, int length, String description) {
        int end = 0;
        while (end < length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        if (end == 0) {
            throw unusable(description, "is empty");
        }
        char[] decoded = null;
        try {
            CharBuffer characters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            decoded = characters.array();
            return Arrays.copyOf(decoded, characters.remaining());
        } catch (CharacterCodingException e) {
            throw unusable(description, "is not UTF-8 text");
        } finally {
            if (decoded != null) {
                Arrays.fill(decoded, '\0');
            }
        }
    }
}
