package dev.keymgr.hsm.pkcs11;

import dev.keymgr.authority.TokenContentSigner;
import dev.keymgr.jwks.PlatformKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;

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
        return new X509v3CertificateBuilder(
                        subject,
                        new BigInteger("01" + id.hex(), 16), // positive, and unique as the id is
                        Date.from(now),
                        Date.from(NO_END),
                        subject,
                        SubjectPublicKeyInfo.getInstance(PlatformKey.of(key).getEncoded()))
                .build(new TokenContentSigner(algorithm, signer));
    }
}
