package dev.keymgr.jwks;

import java.math.BigInteger;

/**
 * Recognises moduli of the flawed generator in some smart cards and security chips of 2012 to 2017 (CVE-2017-15361). It
 * made primes of the form {@code k*M + (65537^a mod M)}, M the product of the first primes. Their product is then, modulo
 * each prime of M, a power of 65537; a sound modulus is so for all of these primes once in more than a hundred million
 * times. Such keys can be factored.
 */
final class RocaFingerprint {
    private static final int GENERATOR = 65_537;

    /** Divide M for every key size the generator had. 2 says nothing, and is left out. */
    private static final int[] PRIMES = {
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167
    };

    private RocaFingerprint() {}

    static boolean matches(BigInteger modulus) {
        for (int prime : PRIMES) {
            if (!isPowerOfGenerator(modulus.mod(BigInteger.valueOf(prime)).intValue(), prime)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a prime below 168 divides it, so that it is no product of two large primes. */
    static boolean hasSmallFactor(BigInteger modulus) {
        for (int prime : PRIMES) {
            if (modulus.mod(BigInteger.valueOf(prime)).signum() == 0) {
                return true;
            }
        }
        return !modulus.testBit(0);
    }

    private static boolean isPowerOfGenerator(int residue, int prime) {
        int power = 1;
        do {
            if (power == residue) {
                return true;
            }
            power = power * (GENERATOR % prime) % prime;
        } while (power != 1);
        return false;
    }
}
