package dev.keymgr.daemon.http;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM. The older forms lack what PKCS#8 says about the algorithm; the certificate's public key says the
 * same, so it is taken from there.
 *
 * @standard RFC 5958 s. 2
 * @standard RFC 7468 s. 10
 */
final class PemKey {
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN ((?:RSA |EC )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_ZERO = {0x02, 0x01, 0x00};

    private PemKey() {}

    static PrivateKey parse(String pem, PublicKey publicKey) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException(
                    pem.contains("ENCRYPTED")
                            ? "it is encrypted; store it unencrypted, readable by its owner only"
                            : "no PEM block of a private key");
        }
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        byte[] pkcs8 = block.group(1).isEmpty()
                ? der
                : tlv(SEQUENCE, VERSION_ZERO, algorithmOf(publicKey), tlv(OCTET_STRING, der));
        return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** The first element of a SubjectPublicKeyInfo. */
    private static byte[] algorithmOf(PublicKey publicKey) {
        byte[] encoded = publicKey.getEncoded();
        int start = contentAt(encoded, 0);
        // An AlgorithmIdentifier has fewer than 128 bytes: its length is one byte.
        return Arrays.copyOfRange(encoded, start, contentAt(encoded, start) + encoded[start + 1]);
    }

    private static int contentAt(byte[] der, int at) {
        return der[at + 1] >= 0 ? at + 2 : at + 2 + (der[at + 1] & 0x7f);
    }

    private static byte[] tlv(int tag, byte[]... contents) {
        int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
        ByteArrayOutputStream der = new ByteArrayOutputStream(length + 4);
        der.write(tag);
        if (length > 0xff) {
            der.write(0x82);
            der.write(length >> 8);
        } else if (length > 0x7f) {
            der.write(0x81);
        }
        der.write(length);
        for (byte[] content : contents) {
            der.writeBytes(content);
        }
        return der.toByteArray();
    }
}
