package dev.keymgr.hsm.pkcs11;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;

/**
 * CK_TOKEN_INFO, the part that we read.
 *
 * @param firmware as MAJOR.MINOR
 * @standard PKCS#11 v2.40 Base Specification, s. 3.2
 */
record TokenFacts(
        long slot, String label, String manufacturer, String model, String serial, long flags, String firmware) {
    static final int BYTES = 208;

    private static final int LABEL_BYTES = 32;
    private static final int SHORT_BYTES = 16;
    private static final int FLAGS_OFFSET = 96;
    private static final int FIRMWARE_OFFSET = 186;

    static TokenFacts parse(long slot, Memory info) {
        return new TokenFacts(
                slot,
                text(info, 0, LABEL_BYTES),
                text(info, LABEL_BYTES, LABEL_BYTES),
                text(info, 2 * LABEL_BYTES, SHORT_BYTES),
                text(info, 2 * LABEL_BYTES + SHORT_BYTES, SHORT_BYTES),
                info.getLong(FLAGS_OFFSET),
                (info.getByte(FIRMWARE_OFFSET) & 0xFF) + "." + (info.getByte(FIRMWARE_OFFSET + 1) & 0xFF));
    }

    boolean isInitialized() {
        return (flags & Ck.CKF_TOKEN_INITIALIZED) != 0;
    }

    boolean hasUserPin() {
        return (flags & Ck.CKF_USER_PIN_INITIALIZED) != 0;
    }

    private static String text(Memory info, int from, int length) {
        return new String(info.getByteArray(from, length), StandardCharsets.UTF_8).stripTrailing();
    }
}
