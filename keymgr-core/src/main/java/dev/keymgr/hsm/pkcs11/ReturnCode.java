package dev.keymgr.hsm.pkcs11;

import java.util.Arrays;
import java.util.Optional;

/**
 * The return values that we tell apart. Any other one is a plain refusal.
 *
 * @standard PKCS#11 v2.40 Base Specification, s. 5.1
 */
enum ReturnCode {
    CKR_SLOT_ID_INVALID(0x03, Kind.LOST),
    CKR_GENERAL_ERROR(0x05, Kind.LOST),
    CKR_FUNCTION_FAILED(0x06, Kind.LOST),
    CKR_ATTRIBUTE_READ_ONLY(0x10, Kind.TEMPLATE),
    CKR_ATTRIBUTE_SENSITIVE(0x11, Kind.PARTIAL),
    CKR_ATTRIBUTE_TYPE_INVALID(0x12, Kind.PARTIAL),
    CKR_ATTRIBUTE_VALUE_INVALID(0x13, Kind.TEMPLATE),
    CKR_DEVICE_ERROR(0x30, Kind.LOST),
    CKR_DEVICE_REMOVED(0x32, Kind.LOST),
    CKR_KEY_HANDLE_INVALID(0x60, Kind.LOST),
    CKR_OBJECT_HANDLE_INVALID(0x82, Kind.LOST),
    CKR_OPERATION_ACTIVE(0x90, Kind.LOST),
    CKR_PIN_INCORRECT(0xA0, Kind.PIN),
    CKR_PIN_INVALID(0xA1, Kind.PIN),
    CKR_PIN_LEN_RANGE(0xA2, Kind.PIN),
    CKR_PIN_EXPIRED(0xA3, Kind.PIN),
    CKR_PIN_LOCKED(0xA4, Kind.PIN),
    CKR_SESSION_CLOSED(0xB0, Kind.LOST),
    CKR_SESSION_HANDLE_INVALID(0xB3, Kind.LOST),
    CKR_TEMPLATE_INCONSISTENT(0xD1, Kind.TEMPLATE),
    CKR_TOKEN_NOT_PRESENT(0xE0, Kind.LOST),
    CKR_TOKEN_NOT_RECOGNIZED(0xE1, Kind.LOST),
    CKR_USER_ALREADY_LOGGED_IN(0x100, Kind.DONE_BEFORE),
    CKR_USER_NOT_LOGGED_IN(0x101, Kind.LOST),
    CKR_USER_PIN_NOT_INITIALIZED(0x102, Kind.PIN),
    CKR_BUFFER_TOO_SMALL(0x150, Kind.PARTIAL),
    CKR_CRYPTOKI_NOT_INITIALIZED(0x190, Kind.LOST),
    CKR_CRYPTOKI_ALREADY_INITIALIZED(0x191, Kind.DONE_BEFORE);

    /** What to do about it. */
    enum Kind {
        /** The session, the connection or an object handle is gone: connect afresh and ask again, once. */
        LOST,
        /** The token did not accept the PIN: never send it again. */
        PIN,
        /** An attribute of a template is not to this token's liking. */
        TEMPLATE,
        /** Some attributes were read, some not. */
        PARTIAL,
        /** What was asked for is so already. */
        DONE_BEFORE
    }

    private final long value;
    private final Kind kind;

    ReturnCode(long value, Kind kind) {
        this.value = value;
        this.kind = kind;
    }

    long value() {
        return value;
    }

    Kind kind() {
        return kind;
    }

    static Optional<ReturnCode> find(long value) {
        return Arrays.stream(values()).filter(code -> code.value == value).findFirst();
    }

    /** The code that the platform's provider met: it tells it only in the message of some cause. */
    static Optional<ReturnCode> findIn(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            Optional<ReturnCode> code = Arrays.stream(values())
                    .filter(known -> message.equals(known.name()) || message.startsWith(known.name() + " "))
                    .findFirst();
            if (code.isPresent()) {
                return code;
            }
        }
        return Optional.empty();
    }

    /** The name, or the number of one that we do not tell apart. */
    static String nameOf(long value) {
        return find(value).map(Enum::name).orElseGet(() -> "CKR 0x" + Long.toHexString(value));
    }
}
