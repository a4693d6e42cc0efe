package dev.keymgr.token;

import dev.keymgr.key.SigningAlgorithm;
import java.time.Duration;
import java.util.List;

/**
 * How the signer of a scope works. The signs are those of the timing rules.
 *
 * @param algorithms in order of preference: the first with an active key signs; never empty
 * @param type the header's {@code typ}
 * @param drain D: this long after a key was replaced, no signer uses it any more; one second or more
 * @param tokenLifetimeMax L: the longest {@code exp - iat}; one second or more
 * @param keyAgeMax from this age on, counted from its generation, a key signs no more
 */
public record SigningPolicy(
        List<SigningAlgorithm> algorithms, String type, Duration drain, Duration tokenLifetimeMax, Duration keyAgeMax) {
    public SigningPolicy {
        algorithms = List.copyOf(algorithms);
        if (algorithms.isEmpty() || type.isBlank()) {
            throw new IllegalArgumentException("a signer needs an algorithm and a token type");
        }
        requireSecond("drain", drain);
        requireSecond("token lifetime", tokenLifetimeMax);
        requireSecond("key age", keyAgeMax);
    }

    private static void requireSecond(String name, Duration value) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a " + name + " of " + value + " is less than one second");
        }
    }
}
