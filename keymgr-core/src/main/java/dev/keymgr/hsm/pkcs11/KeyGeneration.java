package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.cert.X509CertificateHolder;

/** Makes a key pair and its certificate under an id, or completes what an attempt before left there. */
final class KeyGeneration {
    private static final byte[] EXPONENT_F4 = {1, 0, 1};
    private static final int NAME_DIGITS = 8;

    private final TokenLabel token;
    private final KeyObjects objects;

    KeyGeneration(TokenLabel token, KeyObjects objects) {
        this.token = token;
        this.objects = objects;
    }

    /** The CKA_LABEL, for people who look into the token with other tools. */
    static String nameOf(CkaId id) {
        return "keymgr-" + id.hex().substring(0, Math.min(NAME_DIGITS, id.hex().length()));
    }

    /**
     * @throws HsmException TOKEN_REFUSED when the token did not honour an attribute: nothing is left under the id; also
     *     when a key of another kind or a second one lies there: then nothing was touched
     */
    TokenKey generate(CkaId id, SigningAlgorithm algorithm, Instant now) {
        // 1. Look. The id was chosen and recorded before, so what lies under it is ours, from an attempt that died.
        ObjectsOfId found = objects.under(id);
        if (found.privateKeys().size() > 1) {
            throw Failures.refused(
                    token, found.privateKeys().size() + " private keys lie under CKA_ID " + id + "; untouched");
        }
        if (found.privateKeys().isEmpty() || found.isBare()) {
            // 2. Half a pair was never used by anyone: whoever made it did not live to see its public half.
            objects.destroy(found);
            // 3. Make the pair. A crash after this line leaves a pair without certificate: step 5 of the next attempt.
            found = generatePair(id, algorithm);
        }
        // 4. Read back and judge. A crash before the removal leaves a bad pair that the next attempt judges again.
        TokenKey key = objects.read(found).orElseThrow(() -> Failures.keyMissing(token, id));
        List<String> violations = key.attributes().violations();
        if (!violations.isEmpty()) {
            objects.destroy(found);
            throw Failures.refused(
                    token,
                    "the key under CKA_ID " + id + " is not as ordered (" + String.join(", ", violations)
                            + "); it was destroyed");
        }
        VerificationKey publicKey = key.publicKey();
        if (publicKey == null || !publicKey.fits(algorithm)) {
            throw Failures.refused(
                    token, "what lies under CKA_ID " + id + " is not a key for " + algorithm + "; untouched");
        }
        // 5. The certificate comes last: a key that has one is complete.
        if (found.certificates().isEmpty()) {
            long certificate = writeCertificate(id, found.privateKeys().get(0), algorithm, publicKey, now);
            found = found.with(certificate);
        }
        objects.saw(id, found);
        return key;
    }

    private ObjectsOfId generatePair(CkaId id, SigningAlgorithm algorithm) {
        Template publicKey = publicTemplate(id, algorithm);
        Template privateKey = privateTemplate(id);
        try {
            return objects.generatePair(algorithm, publicKey, privateKey);
        } catch (CryptokiException e) {
            if (!e.is(ReturnCode.Kind.TEMPLATE) && !e.is(ReturnCode.Kind.PARTIAL)) {
                throw e;
            }
            // Not every token lets these be chosen; all that KeysStayInTheToken rests on stays in.
            return objects.generatePair(
                    algorithm,
                    publicKey.without(Ck.CKA_MODIFIABLE, Ck.CKA_DERIVE),
                    privateKey.without(Ck.CKA_MODIFIABLE, Ck.CKA_COPYABLE, Ck.CKA_SIGN_RECOVER));
        }
    }

    private static Template publicTemplate(CkaId id, SigningAlgorithm algorithm) {
        Template template = new Template()
                .yes(Ck.CKA_TOKEN)
                .no(Ck.CKA_PRIVATE)
                .no(Ck.CKA_MODIFIABLE)
                .with(Ck.CKA_ID, KeyObjects.bytes(id))
                .with(Ck.CKA_LABEL, nameOf(id).getBytes(StandardCharsets.UTF_8))
                .yes(Ck.CKA_VERIFY)
                .no(Ck.CKA_VERIFY_RECOVER)
                .no(Ck.CKA_ENCRYPT)
                .no(Ck.CKA_WRAP)
                .no(Ck.CKA_DERIVE);
        return algorithm.isEllipticCurve()
                ? template.with(Ck.CKA_EC_PARAMS, PublicKeys.curveParameters(algorithm))
                : template.with(Ck.CKA_MODULUS_BITS, algorithm.bits()).with(Ck.CKA_PUBLIC_EXPONENT, EXPONENT_F4);
    }

    /** Usages default to true in many tokens, so each is named. */
    private static Template privateTemplate(CkaId id) {
        return new Template()
                .yes(Ck.CKA_TOKEN)
                .yes(Ck.CKA_PRIVATE)
                .no(Ck.CKA_MODIFIABLE)
                .no(Ck.CKA_COPYABLE)
                .with(Ck.CKA_ID, KeyObjects.bytes(id))
                .with(Ck.CKA_LABEL, nameOf(id).getBytes(StandardCharsets.UTF_8))
                .yes(Ck.CKA_SENSITIVE)
                .no(Ck.CKA_EXTRACTABLE)
                .yes(Ck.CKA_SIGN)
                .no(Ck.CKA_SIGN_RECOVER)
                .no(Ck.CKA_DECRYPT)
                .no(Ck.CKA_UNWRAP)
                .no(Ck.CKA_DERIVE);
    }

    private long writeCertificate(
            CkaId id, long privateKey, SigningAlgorithm algorithm, VerificationKey publicKey, Instant now) {
        X509CertificateHolder certificate = Certificates.selfSigned(
                id, nameOf(id), algorithm, publicKey, now, input -> objects.sign(privateKey, algorithm, input));
        try {
            return objects.create(new Template()
                    .with(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE)
                    .with(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509)
                    .yes(Ck.CKA_TOKEN)
                    .no(Ck.CKA_PRIVATE)
                    .with(Ck.CKA_ID, KeyObjects.bytes(id))
                    .with(Ck.CKA_LABEL, nameOf(id).getBytes(StandardCharsets.UTF_8))
                    .with(Ck.CKA_SUBJECT, certificate.getSubject().getEncoded())
                    .with(Ck.CKA_ISSUER, certificate.getIssuer().getEncoded())
                    .with(Ck.CKA_SERIAL_NUMBER, new ASN1Integer(certificate.getSerialNumber()).getEncoded())
                    .with(Ck.CKA_VALUE, certificate.getEncoded()));
        } catch (IOException e) {
            throw new IllegalStateException("a certificate made here could not be encoded", e);
        }
    }
}
