package dev.keymgr.authority;

import dev.keymgr.key.SigningAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/** Collects what is to be signed into a certificate and has a token sign it. For one certificate. */
public final class TokenContentSigner implements ContentSigner {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final SigningAlgorithm algorithm;
    private final UnaryOperator<byte[]> signer;

    /** @param signer gives the JOSE-form signature over its argument, made in the token */
    public TokenContentSigner(SigningAlgorithm algorithm, UnaryOperator<byte[]> signer) {
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
