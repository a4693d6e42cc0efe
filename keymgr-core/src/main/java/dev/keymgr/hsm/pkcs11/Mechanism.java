package dev.keymgr.hsm.pkcs11;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.keymgr.key.SigningAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A CK_MECHANISM in native memory (type, pointer to parameter, length), with its parameter behind it. */
final class Mechanism {
    private static final int BYTES = 24;
    private static final int PSS_SALT_BYTES = 32;

    private final Memory memory;

    private Mechanism(long type, byte[] parameter) {
        memory = new Memory(BYTES + parameter.length);
        memory.setLong(0, type);
        memory.setPointer(Long.BYTES, parameter.length == 0 ? Pointer.NULL : memory.share(BYTES));
        memory.setLong(2L * Long.BYTES, parameter.length);
        if (parameter.length > 0) {
            memory.write(BYTES, parameter, 0, parameter.length);
        }
    }

    Memory memory() {
        return memory;
    }

    static Mechanism generating(SigningAlgorithm algorithm) {
        return new Mechanism(
                algorithm.isEllipticCurve() ? Ck.CKM_EC_KEY_PAIR_GEN : Ck.CKM_RSA_PKCS_KEY_PAIR_GEN, new byte[0]);
    }

    /**
     * How {@link #toSign} is signed. ECDSA and PSS take a digest: not every token has the mechanisms that hash by
     * themselves, and p11-kit carries only the plain ones.
     *
     * @standard RFC 7518 s. 3.3 to 3.5
     */
    static Mechanism signing(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256, ES384 -> new Mechanism(Ck.CKM_ECDSA, new byte[0]);
            case RS256 -> new Mechanism(Ck.CKM_SHA256_RSA_PKCS, new byte[0]);
            case PS256 -> {
                byte[] parameter = new byte[3 * Long.BYTES];
                System.arraycopy(Template.toNative(Ck.CKM_SHA256), 0, parameter, 0, Long.BYTES);
                System.arraycopy(Template.toNative(Ck.CKG_MGF1_SHA256), 0, parameter, Long.BYTES, Long.BYTES);
                System.arraycopy(Template.toNative(PSS_SALT_BYTES), 0, parameter, 2 * Long.BYTES, Long.BYTES);
                yield new Mechanism(Ck.CKM_RSA_PKCS_PSS, parameter);
            }
        };
    }

    /** What is handed to the token for an input: the input itself for RS256, else its digest. */
    static byte[] toSign(SigningAlgorithm algorithm, byte[] input) {
        return switch (algorithm) {
            case RS256 -> input;
            case ES256, PS256 -> digest("SHA-256", input);
            case ES384 -> digest("SHA-384", input);
        };
    }

    private static byte[] digest(String name, byte[] input) {
        try {
            return MessageDigest.getInstance(name).digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + name, e);
        }
    }
}
