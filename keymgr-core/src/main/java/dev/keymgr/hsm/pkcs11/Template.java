package dev.keymgr.hsm.pkcs11;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of attributes that we send, in the layout of CK_ATTRIBUTE (type, pointer, length; 8 bytes each). */
final class Template {
    static final int ATTRIBUTE_BYTES = 24;
    static final int POINTER_OFFSET = 8;
    static final int LENGTH_OFFSET = 16;

    private final Map<Long, byte[]> attributes = new LinkedHashMap<>();

    Template with(long type, byte[] value) {
        attributes.put(type, value.clone());
        return this;
    }

    Template with(long type, long value) {
        return with(type, toNative(value));
    }

    Template yes(long type) {
        return with(type, new byte[] {1});
    }

    Template no(long type) {
        return with(type, new byte[] {0});
    }

    /** A copy that leaves some attributes to the token. */
    Template without(long... types) {
        Template copy = new Template();
        copy.attributes.putAll(attributes);
        for (long type : types) {
            copy.attributes.remove(type);
        }
        return copy;
    }

    long size() {
        return attributes.size();
    }

    /** The block of memory; null, as the standard wants it, when there are no attributes. Keep it for the call. */
    @Nullable
    Memory toMemory() {
        if (attributes.isEmpty()) {
            return null;
        }
        long values =
                attributes.values().stream().mapToLong(value -> value.length).sum();
        Memory memory = new Memory(size() * ATTRIBUTE_BYTES + values);
        long at = 0;
        long valueAt = size() * ATTRIBUTE_BYTES;
        for (Map.Entry<Long, byte[]> attribute : attributes.entrySet()) {
            byte[] value = attribute.getValue();
            memory.setLong(at, attribute.getKey());
            memory.setPointer(at + POINTER_OFFSET, value.length == 0 ? Pointer.NULL : memory.share(valueAt));
            memory.setLong(at + LENGTH_OFFSET, value.length);
            if (value.length > 0) {
                memory.write(valueAt, value, 0, value.length);
            }
            at += ATTRIBUTE_BYTES;
            valueAt += value.length;
        }
        return memory;
    }

    /** A CK_ULONG as this machine writes it. */
    static byte[] toNative(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(value)
                .array();
    }
}
