package dev.keymgr.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStrengthTest {
    private static final BigInteger F4 = BigInteger.valueOf(65_537);
    private static final BigInteger MODULUS =
            ((VerificationKey.Rsa) TestKey.generate(SigningAlgorithm.RS256).publicKey()).modulus();

    /** The generator of CVE-2017-15361, as its finders describe it, for 1,024-bit primes. */
    static BigInteger rocaPrime(Random random) {
        BigInteger m = BigInteger.TWO;
        BigInteger prime = BigInteger.TWO;
        for (int i = 1; i < 126; i++) {
            prime = prime.nextProbablePrime();
            m = m.multiply(prime);
        }
        while (true) {
            BigInteger k = new BigInteger(1_023 - m.bitLength(), random).setBit(1_023 - m.bitLength());
            BigInteger candidate = k.multiply(m).add(F4.modPow(new BigInteger(64, random), m));
            if (candidate.bitLength() == 1_024 && candidate.isProbablePrime(40)) {
                return candidate;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void hasTheCurveConstantsOfThePlatform(Curve curve) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve.jcaName()));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        BigInteger prime = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger x = spec.getGenerator().getAffineX();
        BigInteger y = spec.getGenerator().getAffineY();

        assertThat(curve.order()).isEqualTo(spec.getOrder());
        assertThat(curve.contains(x, y)).isTrue();
        assertThat(curve.contains(x, prime.subtract(y))).isTrue();
        assertThat(curve.contains(x.add(BigInteger.ONE), y)).isFalse();
        assertThat(curve.contains(x.add(prime), y)).isFalse();
        assertThat(curve.contains(x, y.add(prime))).isFalse();
        assertThat(curve.contains(BigInteger.ZERO, BigInteger.ZERO)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void findsNothingWrongWithKeysOfThePlatform(SigningAlgorithm algorithm) {
        for (int i = 0; i < (algorithm.isEllipticCurve() ? 50 : 3); i++) {
            assertThat(KeyStrength.violations(TestKey.generate(algorithm).publicKey()))
                    .isEmpty();
        }
    }

    @Test
    void recognisesTheModuliOfTheFlawedGenerator() {
        long seed = 15_361;
        System.out.println("KeyStrengthTest seed " + seed);
        Random random = new Random(seed);
        BigInteger weak = rocaPrime(random).multiply(rocaPrime(random));

        assertThat(weak.bitLength()).isBetween(2_047, 2_048);
        assertThat(RocaFingerprint.matches(weak)).isTrue();
        assertThat(KeyStrength.violations(new VerificationKey.Rsa(weak.setBit(2_048), F4)))
                .as("one bit away")
                .isNotEmpty()
                .noneMatch(v -> v.contains("ROCA"));
        assertThat(KeyStrength.violations(new VerificationKey.Rsa(weak, F4)))
                .anyMatch(v -> v.contains("CVE-2017-15361"));
    }

    @Test
    void doesNotSeeTheFingerprintInRandomModuli() {
        long seed = 2_017;
        System.out.println("KeyStrengthTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            assertThat(RocaFingerprint.matches(new BigInteger(2_048, random))).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "65536", "18446744073709551617"})
    void refusesExponentsThatAreOneOrEvenOrHuge(String exponent) {
        assertThat(KeyStrength.violations(new VerificationKey.Rsa(MODULUS, new BigInteger(exponent))))
                .singleElement()
                .asString()
                .contains("exponent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "17", "65537", "18446744073709551615"})
    void acceptsOddExponentsFromThreeOn(String exponent) {
        assertThat(KeyStrength.violations(new VerificationKey.Rsa(MODULUS, new BigInteger(exponent))))
                .isEmpty();
    }

    @Test
    void refusesModuliOutsideTheirSize() {
        BigInteger small = MODULUS.shiftRight(1).setBit(0);
        BigInteger large = BigInteger.ONE.shiftLeft(8_192).add(MODULUS);

        assertThat(KeyStrength.violations(new VerificationKey.Rsa(small, F4))).anyMatch(v -> v.contains("2047 bits"));
        assertThat(KeyStrength.violations(new VerificationKey.Rsa(large, F4))).anyMatch(v -> v.contains("8193 bits"));
    }

    @Test
    void refusesModuliWithASmallFactor() {
        BigInteger even = MODULUS.clearBit(0);
        BigInteger byThree = MODULUS.subtract(MODULUS.mod(BigInteger.valueOf(3)));

        assertThat(KeyStrength.violations(new VerificationKey.Rsa(even, F4))).anyMatch(v -> v.contains("small factor"));
        assertThat(KeyStrength.violations(new VerificationKey.Rsa(byThree, F4)))
                .anyMatch(v -> v.contains("small factor"));
    }
}
