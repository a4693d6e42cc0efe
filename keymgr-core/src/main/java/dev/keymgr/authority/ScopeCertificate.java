package dev.keymgr.authority;

import dev.keymgr.jwks.PlatformKey;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.VerificationKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/**
 * The certificate that binds a key to one scope: the issuer URL as its alternative name, and a critical extension that
 * names the scope, so that software that does not know the extension refuses the certificate rather than overlook it.
 *
 * @standard RFC 5280 s. 4.2
 */
public final class ScopeCertificate {
    /** The critical extension: a UTF8String with the scope's name. Under the arc for UUIDs, which needs no registry. */
    public static final String SCOPE_OID = "2.25.252443758385835958278194067732027954001";

    private static final ASN1ObjectIdentifier SCOPE = new ASN1ObjectIdentifier(SCOPE_OID);

    /** RFC 5280 s. 4.1.2.5: for certificates without a well-defined end. */
    private static final Instant NO_END = Instant.parse("9999-12-31T23:59:59Z");

    private static final int URI_NAME = GeneralName.uniformResourceIdentifier;

    private ScopeCertificate() {}

    /**
     * An authority's own, self-signed. It does not end: what ends it is its revocation.
     *
     * @param signer gives the JOSE-form signature of the authority's key
     */
    public static KeyCertificate ofAuthority(
            Scope scope, VerificationKey key, Instant from, UnaryOperator<byte[]> signer) {
        return issue(scope, nameOf(key), key, nameOf(key), from, new BasicConstraints(0), signer);
    }

    /**
     * A signing key's, from an authority of the same scope. It says whose the key is, for ever; until when the key is trusted,
     * the documents say: a policy that is changed later changes that, and a certificate cannot follow it.
     *
     * @param signer gives the JOSE-form signature of the authority's key
     */
    public static KeyCertificate ofKey(
            Scope scope, Authority authority, VerificationKey key, Instant from, UnaryOperator<byte[]> signer) {
        if (!authority.scope().equals(scope.name())) {
            throw new IllegalArgumentException(
                    "the authority is of scope " + authority.scope() + ", not " + scope.name());
        }
        return issue(scope, nameOf(authority.publicKey()), key, nameOf(key), from, new BasicConstraints(false), signer);
    }

    private static X500Name nameOf(VerificationKey key) {
        return new X500Name("CN=" + Kid.of(key));
    }

    private static KeyCertificate issue(
            Scope scope,
            X500Name issuer,
            VerificationKey key,
            X500Name subject,
            Instant from,
            BasicConstraints constraints,
            UnaryOperator<byte[]> signer) {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    issuer,
                    serial(key),
                    Date.from(from),
                    Date.from(NO_END),
                    subject,
                    SubjectPublicKeyInfo.getInstance(PlatformKey.of(key).getEncoded()));
            builder.addExtension(SCOPE, true, new DERUTF8String(scope.name().value()));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(URI_NAME, scope.issuer())));
            builder.addExtension(Extension.basicConstraints, true, constraints);
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            constraints.isCA()
                                    ? KeyUsage.digitalSignature | KeyUsage.keyCertSign
                                    : KeyUsage.digitalSignature));
            return KeyCertificate.of(
                    scope.issuer(),
                    builder.build(new TokenContentSigner(Authority.ALGORITHM, signer))
                            .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a certificate made here could not be encoded", e);
        }
    }

    /** Positive, at most 20 octets, and unique as the key is. */
    private static BigInteger serial(VerificationKey key) {
        byte[] thumbprint = Base64.getUrlDecoder().decode(Kid.of(key).value());
        return new BigInteger(1, Arrays.copyOf(thumbprint, 16)).setBit(127).clearBit(128);
    }

    /**
     * What a pinned certificate must be: an authority of this scope, signed by itself.
     *
     * @throws IllegalArgumentException naming what it is not
     */
    public static void requireAuthority(X509Certificate certificate, ScopeName scope, String issuer) {
        requireScope(certificate, scope, issuer);
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException("it is not an authority's certificate");
        }
        requireSignedBy(certificate, certificate);
    }

    /**
     * That a key was certified for a scope by one of its authorities.
     *
     * @param authorities that are pinned and stand
     * @throws IllegalArgumentException naming what does not hold
     */
    public static void require(
            X509Certificate certificate,
            VerificationKey key,
            Collection<X509Certificate> authorities,
            ScopeName scope,
            String issuer,
            Instant now) {
        if (!PlatformKey.isOf(certificate.getPublicKey(), key)) {
            throw new IllegalArgumentException("its certificate is that of another key");
        }
        requireScope(certificate, scope, issuer);
        if (certificate.getBasicConstraints() >= 0) {
            throw new IllegalArgumentException("its certificate is that of an authority");
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())
                || !now.isBefore(certificate.getNotAfter().toInstant())) {
            throw new IllegalArgumentException("its certificate is not valid now");
        }
        X509Certificate authority = authorities.stream()
                .filter(a -> a.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no pinned authority issued its certificate"));
        requireSignedBy(certificate, authority);
    }

    private static void requireScope(X509Certificate certificate, ScopeName scope, String issuer) {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        byte[] extension = certificate.getExtensionValue(SCOPE_OID);
        if (critical == null || !critical.contains(SCOPE_OID) || extension == null) {
            throw new IllegalArgumentException("its certificate names no scope");
        }
        String named = ASN1UTF8String.getInstance(
                        ASN1OctetString.getInstance(extension).getOctets())
                .getString();
        if (!named.equals(scope.value())) {
            throw new IllegalArgumentException("it was certified for scope " + named + ", not " + scope);
        }
        if (!alternativeNames(certificate).equals(List.of(List.of(URI_NAME, issuer)))) {
            throw new IllegalArgumentException("it was certified for another issuer than " + issuer);
        }
    }

    /**
     * The issuer that a certificate was made for. Nothing else of it is judged.
     *
     * @throws IllegalArgumentException when it names none, or several
     */
    static String issuerOf(X509Certificate certificate) {
        List<List<?>> names = alternativeNames(certificate);
        if (names.size() == 1 && names.get(0).get(1) instanceof String issuer) {
            return issuer;
        }
        throw new IllegalArgumentException("its certificate does not name one issuer");
    }

    private static List<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : List.copyOf(names);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("its certificate cannot be read", e);
        }
    }

    private static void requireSignedBy(X509Certificate certificate, X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("its certificate is not signed by the authority that it names", e);
        }
    }

    /**
     * As the platform reads it. Nothing is judged but its form.
     *
     * @throws IllegalArgumentException when it is no certificate
     */
    public static X509Certificate parse(byte[] encoded) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IllegalArgumentException("no X.509 certificate", e);
        }
    }
}
