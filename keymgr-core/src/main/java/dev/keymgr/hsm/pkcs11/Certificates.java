package dev.keymgr.hsm.pkcs11;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/**
 * The self-signed certificate that the platform's key store wants beside each private key. It is wrapping: nobody trusts
 * it, it names no authority and does not end.
 *
 * @standard RFC 5280 s. 4.1
 */
final class Certificates {
    /** RFC 5280 s. 4.1.2.5: for certificates without a well-defined end. */
    private static final Instant NO_END = Instant.parse("9999-12-31T23:59:59Z");

    private Certificates() {}

    /**
     * Makes one.
     *
     * @param name becomes the common name
     * @param signer gives the JOSE-form signature over its argument, made in the token
     */
    static X509CertificateHolder selfSigned(
            CkaId id,
            String name,
            SigningAlgorithm algorithm,
            VerificationKey key,
            Instant now,
            UnaryOperator<byte[]> signer) {
        X500Name subject = new X500Name("CN=" + name);
        try {
            var builder = new X509v3CertificateBuilder(
                    subject,
                    new BigInteger("01" + id.hex(), 16), // positive, and unique as the id is
                    Date.from(now),
                    Date.from(NO_END),
                    subject,
                    SubjectPublicKeyInfo.getInstance(PublicKeys.toPlatform(key).getEncoded()));
            return builder.build(new TokenSigner(algorithm, signer));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the token made a public key that the platform does not take", e);
        }
    }

    /** Collects what is to be signed and has the token sign it. */
    private static final class TokenSigner implements ContentSigner {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final SigningAlgorithm algorithm;
        private final UnaryOperator<byte[]> signer;

        TokenSigner(SigningAlgorithm algorithm, UnaryOperator<byte[]> signer) {
            this.algorithm = algorithm;
            this.signer = signer;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new DefaultSignatureAlgorithmIdentifierFinder()
                    .find(
                            switch (algorithm) {
                                case ES256 -> "SHA256withECDSA";
                                case ES384 -> "SHA384withECDSA";
                                case RS256 -> "SHA256withRSA";
                                case PS256 -> "SHA256withRSAandMGF1";
                            });
        }

        @Override
        public OutputStream getOutputStream() {
            return content;
        }

        @Override
        public byte[] getSignature() {
            byte[] signature = signer.apply(content.toByteArray());
            return algorithm.isEllipticCurve() ? toDer(signature) : signature;
        }

        /** Certificates carry ECDSA signatures as a sequence of two integers, JOSE as two numbers side by side. */
        private static byte[] toDer(byte[] joined) {
            int half = joined.length / 2;
            BigInteger r = new BigInteger(1, Arrays.copyOfRange(joined, 0, half));
            BigInteger s = new BigInteger(1, Arrays.copyOfRange(joined, half, joined.length));
            try {
                return new DERSequence(new ASN1Integer[] {new ASN1Integer(r), new ASN1Integer(s)}).getEncoded();
            } catch (IOException e) {
                throw new IllegalStateException("two numbers could not be encoded", e);
            }
        }
    }
}
