package dev.keymgr.hsm.pkcs11;

import static dev.keymgr.hsm.pkcs11.CryptokiFunction.*;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of one loaded PKCS#11 module, one Java method each, errors as {@link CryptokiException}. Knows nothing of
 * keys or policies. A session must not be used by two threads at once; callers see to that.
 *
 * <p>CK_ULONG is a C long; only platforms where that has 8 bytes are served (Linux, macOS), not Windows.
 *
 * @standard PKCS#11 v2.40 Base Specification, s. 5
 */
final class Cryptoki {
    private static final int C_LONG_BYTES = 8;
    private static final int INITIALIZE_ARGS_BYTES = 48;
    private static final int INITIALIZE_FLAGS_OFFSET = 32;
    private static final int TOKEN_LABEL_BYTES = 32;
    private static final int HANDLES_AT_ONCE = 256;
    private static final int RTLD_NOW = 0x2;
    private static final int RTLD_NODELETE_LINUX = 0x1000;
    private static final int RTLD_NODELETE_MAC = 0x80;
    private static final int UTF8_BYTES_PER_CHAR = 3;

    /** JNA unloads a library that nobody refers to; the list of functions would be left pointing nowhere. */
    private final NativeLibrary library;

    private final Pointer functions;

    private Cryptoki(NativeLibrary library, Pointer functions) {
        this.library = library;
        this.functions = functions;
    }

    /**
     * Takes the function list of a library. A client library opens a new connection for each list taken.
     *
     * @throws UnsatisfiedLinkError when the library or its one entry point cannot be loaded
     */
    static Cryptoki take(Path library) {
        if (Native.LONG_SIZE != C_LONG_BYTES) {
            throw new UnsatisfiedLinkError("this platform's C long has not 8 bytes");
        }
        // Modules have threads and exit handlers of their own: once loaded, they stay.
        int flags = RTLD_NOW | (Platform.isMac() ? RTLD_NODELETE_MAC : RTLD_NODELETE_LINUX);
        NativeLibrary loaded = NativeLibrary.getInstance(library.toString(), Map.of(Library.OPTION_OPEN_FLAGS, flags));
        Memory list = new Memory(Native.POINTER_SIZE);
        long returned = loaded.getFunction("C_GetFunctionList").invokeLong(new Object[] {list});
        if (returned != 0) {
            throw new UnsatisfiedLinkError("C_GetFunctionList returned " + ReturnCode.nameOf(returned));
        }
        return new Cryptoki(loaded, list.getPointer(0));
    }

    void initialize() {
        Memory args = new Memory(INITIALIZE_ARGS_BYTES);
        args.clear();
        args.setLong(INITIALIZE_FLAGS_OFFSET, Ck.CKF_OS_LOCKING_OK);
        try {
            call(INITIALIZE, args);
        } catch (CryptokiException e) {
            if (!e.is(ReturnCode.Kind.DONE_BEFORE)) {
                throw e;
            }
        }
    }

    void finish() {
        call(FINALIZE, Pointer.NULL);
    }

    /** Every slot with a token in it, initialised or not. */
    List<TokenFacts> tokens() {
        LongByReference count = new LongByReference();
        call(GET_SLOT_LIST, (byte) 1, Pointer.NULL, count);
        if (count.getValue() == 0) {
            return List.of();
        }
        Memory slots = new Memory(count.getValue() * Long.BYTES);
        call(GET_SLOT_LIST, (byte) 1, slots, count);
        List<TokenFacts> tokens = new ArrayList<>();
        for (long slot : slots.getLongArray(0, Math.toIntExact(count.getValue()))) {
            tokens.add(token(slot));
        }
        return tokens;
    }

    TokenFacts token(long slot) {
        Memory info = new Memory(TokenFacts.BYTES);
        info.clear();
        call(GET_TOKEN_INFO, slot, info);
        return TokenFacts.parse(slot, info);
    }

    void initToken(long slot, char[] securityOfficerPin, String label) {
        byte[] padded = new byte[TOKEN_LABEL_BYTES];
        Arrays.fill(padded, (byte) ' ');
        byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, padded, 0, bytes.length);
        withPin(securityOfficerPin, pin -> call(INIT_TOKEN, slot, pin, pin.size(), padded));
    }

    void initPin(long session, char[] userPin) {
        withPin(userPin, pin -> call(INIT_PIN, session, pin, pin.size()));
    }

    long openSession(long slot) {
        LongByReference session = new LongByReference();
        call(OPEN_SESSION, slot, Ck.CKF_SERIAL_SESSION | Ck.CKF_RW_SESSION, Pointer.NULL, Pointer.NULL, session);
        return session.getValue();
    }

    void closeSession(long session) {
        call(CLOSE_SESSION, session);
    }

    /** Logs in; that this process is logged in already is a success. */
    void login(long session, long user, char[] userPin) {
        try {
            withPin(userPin, pin -> call(LOGIN, session, user, pin, pin.size()));
        } catch (CryptokiException e) {
            if (!e.is(ReturnCode.Kind.DONE_BEFORE)) {
                throw e;
            }
        }
    }

    void logout(long session) {
        call(LOGOUT, session);
    }

    long createObject(long session, Template template) {
        LongByReference handle = new LongByReference();
        call(CREATE_OBJECT, session, template.toMemory(), template.size(), handle);
        return handle.getValue();
    }

    void destroyObject(long session, long object) {
        call(DESTROY_OBJECT, session, object);
    }

    /** Reads what the token shows of some attributes of an object. */
    Attributes read(long session, long object, long... types) {
        return new AttributeReading(types)
                .read((memory, count) -> callTolerant(GET_ATTRIBUTE_VALUE, session, object, memory, count));
    }

    /** Handles of every object that matches. */
    List<Long> find(long session, Template template) {
        call(FIND_OBJECTS_INIT, session, template.toMemory(), template.size());
        List<Long> found = new ArrayList<>();
        try {
            Memory handles = new Memory((long) HANDLES_AT_ONCE * Long.BYTES);
            LongByReference count = new LongByReference();
            do {
                call(FIND_OBJECTS, session, handles, (long) HANDLES_AT_ONCE, count);
                for (long handle : handles.getLongArray(0, Math.toIntExact(count.getValue()))) {
                    found.add(handle);
                }
            } while (count.getValue() == HANDLES_AT_ONCE);
        } finally {
            call(FIND_OBJECTS_FINAL, session);
        }
        return found;
    }

    /** The handles of the two halves. */
    ObjectsOfId generateKeyPair(long session, Mechanism mechanism, Template publicKey, Template privateKey) {
        LongByReference publicHandle = new LongByReference();
        LongByReference privateHandle = new LongByReference();
        call(
                GENERATE_KEY_PAIR,
                session,
                mechanism.memory(),
                publicKey.toMemory(),
                publicKey.size(),
                privateKey.toMemory(),
                privateKey.size(),
                publicHandle,
                privateHandle);
        return new ObjectsOfId(
                List.of(privateHandle.getValue()), List.of(publicHandle.getValue()), List.of(), List.of());
    }

    byte[] sign(long session, Mechanism mechanism, long key, byte[] input, int signatureBytesMax) {
        call(SIGN_INIT, session, mechanism.memory(), key);
        Memory signature = new Memory(signatureBytesMax);
        LongByReference length = new LongByReference(signatureBytesMax);
        call(SIGN, session, input, (long) input.length, signature, length);
        return signature.getByteArray(0, Math.toIntExact(length.getValue()));
    }

    /** Lends the PIN as UTF-8 in native memory, and zeroes every copy afterwards. */
    private static void withPin(char[] pin, Consumer<Memory> use) {
        byte[] bytes = new byte[pin.length * UTF8_BYTES_PER_CHAR];
        ByteBuffer utf8 = ByteBuffer.wrap(bytes);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(pin), utf8, true);
        try (Memory memory = new Memory(utf8.position())) {
            try {
                memory.write(0, bytes, 0, utf8.position());
                use.accept(memory);
            } finally {
                memory.clear();
                Arrays.fill(bytes, (byte) 0);
            }
        }
    }

    private void call(CryptokiFunction function, @Nullable Object... arguments) {
        long returned = callRaw(function, arguments);
        if (returned != 0) {
            throw new CryptokiException(function, returned);
        }
    }

    /** The same for a function that may answer in part. */
    private long callTolerant(CryptokiFunction function, @Nullable Object... arguments) {
        long returned = callRaw(function, arguments);
        if (returned != 0 && !new CryptokiException(function, returned).is(ReturnCode.Kind.PARTIAL)) {
            throw new CryptokiException(function, returned);
        }
        return returned;
    }

    @Override
    public String toString() {
        return library.toString();
    }

    private long callRaw(CryptokiFunction function, @Nullable Object... arguments) {
        return Function.getFunction(functions.getPointer(function.offset())).invokeLong(arguments);
    }
}
