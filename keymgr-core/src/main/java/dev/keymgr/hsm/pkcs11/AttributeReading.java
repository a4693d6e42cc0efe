package dev.keymgr.hsm.pkcs11;

import com.sun.jna.Memory;
import java.util.HashMap;
import java.util.Map;

/** One C_GetAttributeValue: buffers first guessed, then grown until everything that the token shows has fitted. */
final class AttributeReading {
    /** Holds any RSA-4096 modulus and any certificate of ours in one call. */
    private static final int VALUE_BYTES_FIRST = 1024;

    private static final int VALUE_BYTES_MAX = 1 << 20;

    /** CK_UNAVAILABLE_INFORMATION as a length. */
    private static final long UNAVAILABLE = -1;

    /** The call: memory of the attributes and their count; the return value when it is a partial answer. */
    interface Call {
        long perform(Memory attributes, long count);
    }

    private final long[] types;

    AttributeReading(long... types) {
        this.types = types.clone();
    }

    Attributes read(Call call) {
        for (int bytes = VALUE_BYTES_FIRST; ; bytes *= 8) {
            Memory memory = prepare(bytes);
            long returned = call.perform(memory, types.length);
            boolean tooSmall = ReturnCode.find(returned).orElse(null) == ReturnCode.CKR_BUFFER_TOO_SMALL;
            if (!tooSmall || bytes >= VALUE_BYTES_MAX) {
                return collect(memory);
            }
        }
    }

    private Memory prepare(int valueBytes) {
        long header = (long) types.length * Template.ATTRIBUTE_BYTES;
        Memory memory = new Memory(header + (long) types.length * valueBytes);
        for (int i = 0; i < types.length; i++) {
            long at = (long) i * Template.ATTRIBUTE_BYTES;
            memory.setLong(at, types[i]);
            memory.setPointer(at + Template.POINTER_OFFSET, memory.share(header + (long) i * valueBytes));
            memory.setLong(at + Template.LENGTH_OFFSET, valueBytes);
        }
        return memory;
    }

    private Attributes collect(Memory memory) {
        Map<Long, byte[]> values = new HashMap<>();
        for (int i = 0; i < types.length; i++) {
            long at = (long) i * Template.ATTRIBUTE_BYTES;
            long length = memory.getLong(at + Template.LENGTH_OFFSET);
            if (length != UNAVAILABLE) {
                values.put(
                        types[i],
                        memory.getPointer(at + Template.POINTER_OFFSET).getByteArray(0, Math.toIntExact(length)));
            }
        }
        return new Attributes(values);
    }
}
