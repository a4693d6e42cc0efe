package dev.keymgr.hsm.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.JoseSignatures;
import dev.keymgr.testkit.SimulatedHsm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.DEROctetString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What generation makes of a token in which somebody, or a crash, has left things. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Pkcs11GenerationIT {
    private static final TokenLabel LABEL = new TokenLabel("generation-a");
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final byte[] INPUT = {1, 2, 3};

    private SimulatedHsm simulated;
    private Pkcs11Tokens tokens;

    @BeforeAll
    void start(@TempDir Path home) {
        simulated = SimulatedHsm.start(home, LABEL);
        simulated.initialize(LABEL);
        tokens = new Pkcs11Tokens(List.of(simulated.settings(LABEL)));
    }

    @AfterAll
    void stop() {
        tokens.close();
        simulated.close();
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void wrapsTheKeyInACertificateThatItSigned(SigningAlgorithm algorithm) throws Exception {
        CkaId id = TestIds.fresh();

        TokenKey key = hsm().generate(id, algorithm, NOW);

        X509Certificate certificate = certificateUnder(id);
        certificate.verify(JoseSignatures.toPublicKey(Objects.requireNonNull(key.publicKey())));
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(NOW);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + key.name());
        assertThat(certificate.getSerialNumber()).isEqualTo(new BigInteger("01" + id.hex(), 16));
    }

    @Test
    void ordersAllUsagesButSigningOff() {
        CkaId id = TestIds.fresh();

        TokenKey key = hsm().generate(id, SigningAlgorithm.RS256, NOW);

        assertThat(key.attributes().usages()).containsExactly("sign");
        assertThat(key.attributes().local()).isTrue();
        assertThat(key.attributes().sensitive()).isTrue();
        assertThat(key.attributes().alwaysSensitive()).isTrue();
        assertThat(key.attributes().extractable()).isFalse();
        assertThat(key.attributes().neverExtractable()).isTrue();
        atTheToken(link -> {
            long handle = handle(link, Ck.CKO_PRIVATE_KEY, id);
            Attributes attributes =
                    link.module().read(link.session(), handle, Ck.CKA_MODIFIABLE, Ck.CKA_COPYABLE, Ck.CKA_PRIVATE);
            assertThat(attributes.flag(Ck.CKA_MODIFIABLE, Attributes.Absent.COUNTS_AS_TRUE))
                    .isFalse();
            assertThat(attributes.flag(Ck.CKA_COPYABLE, Attributes.Absent.COUNTS_AS_TRUE))
                    .isFalse();
            assertThat(attributes.flag(Ck.CKA_PRIVATE, Attributes.Absent.COUNTS_AS_FALSE))
                    .isTrue();
        });
    }

    @Test
    void showsNoPrivateNumber() {
        CkaId id = TestIds.fresh();
        hsm().generate(id, SigningAlgorithm.ES256, NOW);

        atTheToken(link -> assertThat(link.module()
                        .read(link.session(), handle(link, Ck.CKO_PRIVATE_KEY, id), Ck.CKA_VALUE)
                        .find(Ck.CKA_VALUE))
                .isEmpty());
    }

    @Test
    void givesAPairWithoutCertificateItsCertificate() {
        CkaId id = TestIds.fresh();
        TokenKey key = hsm().generate(id, SigningAlgorithm.ES256, NOW);
        atTheToken(link -> link.module().destroyObject(link.session(), handle(link, Ck.CKO_CERTIFICATE, id)));

        TokenKey again = hsm().generate(id, SigningAlgorithm.ES256, NOW);

        assertThat(again).isEqualTo(key);
        assertThat(hsm().open(id, SigningAlgorithm.ES256).sign(INPUT)).hasSize(64);
    }

    @Test
    void remakesAPairThatLostItsPrivateHalf() {
        CkaId id = TestIds.fresh();
        TokenKey key = hsm().generate(id, SigningAlgorithm.ES256, NOW);
        atTheToken(link -> link.module().destroyObject(link.session(), handle(link, Ck.CKO_PRIVATE_KEY, id)));

        TokenKey again = hsm().generate(id, SigningAlgorithm.ES256, NOW);

        assertThat(again.publicKey()).isNotEqualTo(key.publicKey());
        atTheToken(link -> {
            ObjectsOfId found = new KeyObjects(LABEL, link).under(id);
            assertThat(found.publicKeys()).hasSize(1);
            assertThat(found.certificates()).hasSize(1);
        });
        assertThat(hsm().open(id, SigningAlgorithm.ES256).sign(INPUT)).hasSize(64);
    }

    @Test
    void remakesAPairThatNeverHadAPublicHalf() {
        CkaId id = TestIds.fresh();
        hsm().generate(id, SigningAlgorithm.ES256, NOW);
        atTheToken(link -> {
            link.module().destroyObject(link.session(), handle(link, Ck.CKO_CERTIFICATE, id));
            link.module().destroyObject(link.session(), handle(link, Ck.CKO_PUBLIC_KEY, id));
        });

        TokenKey again = hsm().generate(id, SigningAlgorithm.ES256, NOW);

        assertThat(again.publicKey()).isNotNull();
        atTheToken(link ->
                assertThat(new KeyObjects(LABEL, link).under(id).privateKeys()).hasSize(1));
    }

    @Test
    void seesThatAKeyWasBroughtIn() {
        CkaId id = TestIds.fresh();
        bringIn(id);

        TokenKey key = hsm().find(id).orElseThrow();

        assertThat(key.attributes().violations())
                .contains("not made in the token (CKA_LOCAL is false)", "not always sensitive")
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void refusesAndDestroysAKeyThatWasBroughtInUnderTheIdItWasToMake() {
        CkaId id = TestIds.fresh();
        bringIn(id);

        assertRefused(ErrorCode.TOKEN_REFUSED, () -> hsm().generate(id, SigningAlgorithm.ES256, NOW));

        assertThat(hsm().find(id)).isEmpty();
    }

    @Test
    void leavesAKeyOfAnotherKindAlone() {
        CkaId id = TestIds.fresh();
        TokenKey key = hsm().generate(id, SigningAlgorithm.ES256, NOW);

        assertRefused(ErrorCode.TOKEN_REFUSED, () -> hsm().generate(id, SigningAlgorithm.ES384, NOW));
        assertRefused(ErrorCode.TOKEN_REFUSED, () -> hsm().sign(id, SigningAlgorithm.ES384, INPUT));
        assertRefused(ErrorCode.TOKEN_REFUSED, () -> hsm().open(id, SigningAlgorithm.RS256));

        assertThat(hsm().find(id)).contains(key);
    }

    @Test
    void listsKeysOfOthersWhateverTheirId() {
        bringIn(new CkaId("07"));
        bringIn(new CkaId(""));

        assertThat(hsm().list()).extracting(key -> key.location().id()).contains(new CkaId("07"), new CkaId(""));
        hsm().destroy(new CkaId("07"));
        hsm().destroy(new CkaId(""));
    }

    @Test
    void destroysEveryObjectUnderAnIdAndNoOther() {
        CkaId id = TestIds.fresh();
        CkaId other = TestIds.fresh();
        hsm().generate(id, SigningAlgorithm.ES256, NOW);
        TokenKey kept = hsm().generate(other, SigningAlgorithm.ES256, NOW);

        hsm().destroy(id);

        atTheToken(link -> assertThat(
                        link.module().find(link.session(), new Template().with(Ck.CKA_ID, KeyObjects.bytes(id))))
                .isEmpty());
        assertThat(hsm().find(other)).contains(kept);
    }

    @Test
    void tellsApartKeysOfTheSameName() {
        CkaId one = new CkaId("aaaaaaaa000000000000000000000001");
        CkaId two = new CkaId("aaaaaaaa000000000000000000000002");
        TokenKey first = hsm().generate(one, SigningAlgorithm.ES256, NOW);
        TokenKey second = hsm().generate(two, SigningAlgorithm.ES256, NOW);

        assertThat(first.name()).isEqualTo(second.name());
        assertSigns(first, hsm().open(one, SigningAlgorithm.ES256).sign(INPUT));
        assertSigns(second, hsm().open(two, SigningAlgorithm.ES256).sign(INPUT));
    }

    @Test
    void believesNoCertificateThatLiesBesideAnotherKey() {
        CkaId one = TestIds.fresh();
        CkaId two = TestIds.fresh();
        hsm().generate(one, SigningAlgorithm.ES256, NOW);
        hsm().generate(two, SigningAlgorithm.ES256, NOW);
        swapCertificates(one, two);

        assertRefused(ErrorCode.TOKEN_SELF_TEST, () -> hsm().open(one, SigningAlgorithm.ES256));
        assertRefused(ErrorCode.TOKEN_SELF_TEST, () -> hsm().open(two, SigningAlgorithm.ES256));
    }

    private Hsm hsm() {
        return tokens.require(LABEL);
    }

    private void assertSigns(TokenKey key, byte[] signature) {
        assertThat(JoseSignatures.verifies(
                        Objects.requireNonNull(key.publicKey()), SigningAlgorithm.ES256, INPUT, signature))
                .isTrue();
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HsmException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** Works on the token behind the adapter's back, over a connection of its own. */
    private void atTheToken(Consumer<TokenLink> work) {
        Pkcs11Settings settings = simulated.settings(LABEL);
        try (TokenLink link = TokenLink.open(
                LABEL, Connector.of(LABEL, settings.connection()), new LoginOnce(LABEL, settings.pin()))) {
            work.accept(link);
        }
    }

    private static long handle(TokenLink link, long type, CkaId id) {
        Template wanted = new Template().with(Ck.CKA_CLASS, type).with(Ck.CKA_ID, KeyObjects.bytes(id));
        return link.module().find(link.session(), wanted).get(0);
    }

    private X509Certificate certificateUnder(CkaId id) throws Exception {
        byte[][] value = new byte[1][];
        atTheToken(link -> value[0] = valueOf(link, id));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(value[0]));
    }

    private static byte[] valueOf(TokenLink link, CkaId id) {
        return link.module()
                .read(link.session(), handle(link, Ck.CKO_CERTIFICATE, id), Ck.CKA_VALUE)
                .find(Ck.CKA_VALUE)
                .orElseThrow();
    }

    private void swapCertificates(CkaId one, CkaId two) {
        atTheToken(link -> {
            byte[] first = valueOf(link, one);
            byte[] second = valueOf(link, two);
            for (CkaId id : List.of(one, two)) {
                link.module().destroyObject(link.session(), handle(link, Ck.CKO_CERTIFICATE, id));
            }
            putCertificate(link, one, second);
            putCertificate(link, two, first);
        });
    }

    private static void putCertificate(TokenLink link, CkaId id, byte[] value) {
        new KeyObjects(LABEL, link)
                .create(new Template()
                        .with(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE)
                        .with(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509)
                        .yes(Ck.CKA_TOKEN)
                        .with(Ck.CKA_ID, KeyObjects.bytes(id))
                        .with(Ck.CKA_SUBJECT, new byte[] {0x30, 0})
                        .with(Ck.CKA_VALUE, value));
    }

    /** Puts a software key into the token: what keymgr itself has no way to do. */
    private void bringIn(CkaId id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] scalar = ((ECPrivateKey) pair.getPrivate()).getS().toByteArray();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] bare = Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
            byte[] point = new DEROctetString(bare).getEncoded();
            atTheToken(link -> {
                KeyObjects objects = new KeyObjects(LABEL, link);
                objects.create(ecObject(Ck.CKO_PRIVATE_KEY, id)
                        .yes(Ck.CKA_PRIVATE)
                        .yes(Ck.CKA_SENSITIVE)
                        .no(Ck.CKA_EXTRACTABLE)
                        .yes(Ck.CKA_SIGN)
                        .with(Ck.CKA_VALUE, scalar));
                objects.create(
                        ecObject(Ck.CKO_PUBLIC_KEY, id).yes(Ck.CKA_VERIFY).with(Ck.CKA_EC_POINT, point));
            });
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Template ecObject(long type, CkaId id) {
        return new Template()
                .with(Ck.CKA_CLASS, type)
                .with(Ck.CKA_KEY_TYPE, Ck.CKK_EC)
                .yes(Ck.CKA_TOKEN)
                .with(Ck.CKA_ID, KeyObjects.bytes(id))
                .with(Ck.CKA_EC_PARAMS, PublicKeys.curveParameters(SigningAlgorithm.ES256));
    }
}
