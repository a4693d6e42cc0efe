package dev.keymgr.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.Transitions.Transition;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class TransitionsTest {
    /** The design's table once more, by hand: the code's data must not be its own proof. */
    private static final Set<String> LEGAL = Set.of(
            "GENERATED PUBLISHED",
            "GENERATED DESTROYED",
            "GENERATED COMPROMISED",
            "PUBLISHED ACTIVE",
            "PUBLISHED DESTROYED",
            "PUBLISHED COMPROMISED",
            "ACTIVE RETIRED",
            "ACTIVE SUSPENDED",
            "ACTIVE COMPROMISED",
            "SUSPENDED ACTIVE",
            "SUSPENDED RETIRED",
            "SUSPENDED COMPROMISED",
            "RETIRED REMOVED",
            "RETIRED COMPROMISED",
            "REMOVED COMPROMISED");

    @TestFactory
    Stream<DynamicTest> allowsWhatTheTableListsAndRefusesEveryOtherPair() {
        return Arrays.stream(KeyState.values())
                .flatMap(from -> Arrays.stream(KeyState.values())
                        .map(to -> DynamicTest.dynamicTest(from + " to " + to, () -> {
                            boolean legal = LEGAL.contains(from + " " + to);

                            assertThat(Transitions.find(from, to).isPresent()).isEqualTo(legal);
                            if (!legal) {
                                assertThatThrownBy(() -> Transitions.require(keyIn(from), to))
                                        .isInstanceOfSatisfying(IllegalTransitionException.class, e -> {
                                            assertThat(e.from()).isEqualTo(from);
                                            assertThat(e.to()).isEqualTo(to);
                                            assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_TRANSITION);
                                        });
                            }
                        })));
    }

    @Test
    void listsNoPairTwice() {
        List<String> pairs = Transitions.all().stream()
                .map((Transition t) -> t.from() + " " + t.to())
                .toList();

        assertThat(new HashSet<>(pairs)).hasSameSizeAs(pairs);
    }

    @Test
    void leavesNoWayOutOfCompromise() {
        assertThat(Transitions.all()).noneMatch(t -> t.from() == KeyState.COMPROMISED);
    }

    @Test
    void asksForMorePeopleOnlyWhereTrustIsLoosened() {
        assertThat(Transitions.all()).filteredOn(t -> t.approvals() > 0).allMatch(t -> t.from() == KeyState.SUSPENDED);
        assertThat(Transitions.all())
                .filteredOn(t -> t.to() == KeyState.COMPROMISED)
                .allMatch(t -> t.approvals() == 0);
    }

    private static SigningKey keyIn(KeyState state) {
        VerificationKey publicKey = new VerificationKey.Ec("P-256", BigInteger.TWO, BigInteger.TEN);
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        SigningKey key = SigningKey.generated(
                new KeyGroup(new ScopeName("consumer"), SigningAlgorithm.ES256),
                new KeyLocation(new TokenLabel("consumer-a"), new CkaId("0".repeat(32))),
                publicKey,
                at);
        return state == KeyState.COMPROMISED
                ? key.compromised(new Compromise("found on a paste site", Compromise.Cause.KEY, at), at)
                : key.in(state, key.times());
    }
}
