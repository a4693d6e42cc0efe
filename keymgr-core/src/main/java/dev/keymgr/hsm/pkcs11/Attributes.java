package dev.keymgr.hsm.pkcs11;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a token answered about one object. An attribute that it does not have, or keeps to itself, is absent. */
final class Attributes {
    private final Map<Long, byte[]> values;

    Attributes(Map<Long, byte[]> values) {
        this.values = Map.copyOf(values);
    }

    Optional<byte[]> find(long type) {
        return Optional.ofNullable(values.get(type));
    }

    OptionalLong findNumber(long type) {
        byte[] value = values.get(type);
        return value == null || value.length != Long.BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(
                        ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong());
    }

    /** The value of a CK_BBOOL, or what an absent one counts as. */
    boolean flag(long type, Absent absent) {
        byte[] value = values.get(type);
        if (value == null || value.length != 1) {
            return absent == Absent.COUNTS_AS_TRUE;
        }
        return value[0] != 0;
    }

    /** How to read an attribute that the token does not show. */
    enum Absent {
        COUNTS_AS_TRUE,
        COUNTS_AS_FALSE
    }
}
