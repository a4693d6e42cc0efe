package dev.keymgr.lifecycle;

import dev.keymgr.authority.Authority;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.RolloverPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Inventory against token, both ways: a key that its token no longer has, a key in the token that nobody knows, and what
 * the token says of each private key's attributes.
 */
public final class Custody {
    /**
     * Something that does not agree.
     *
     * @param code stable: {@code key-missing}, {@code key-back}, {@code orphan}, {@code attributes}, {@code wrong-key},
     *     {@code still-there}, {@code authority-missing}
     */
    public record Finding(String code, KeyLocation location, String message) {}

    private final Tokens tokens;

    public Custody(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Everything, for {@code doctor}: lists each token of the scope whole. */
    public List<Finding> examine(Keyring keyring, AuthorityRecords authorities, RolloverPolicy policy) {
        List<Authority> known = authorities.authorities(keyring.scope());
        Set<KeyLocation> vouching = new HashSet<>(authorities.intents(keyring.scope()));
        known.forEach(a -> vouching.add(a.location()));
        List<Finding> findings = new ArrayList<>();
        Set<TokenLabel> labels = new HashSet<>(policy.tokens());
        keyring.keys().stream()
                .filter(k -> k.privateHalf() == PrivateHalf.PRESENT)
                .forEach(k -> labels.add(k.location().token()));
        labels.stream().sorted().forEach(label -> {
            Set<CkaId> seen = examine(tokens.require(label), keyring, vouching, findings);
            findings.addAll(missing(label, known, seen));
        });
        return findings;
    }

    /** Those of a token that has none of the authorities that stand in it: one that was lost and replaced is no fault. */
    private static List<Finding> missing(TokenLabel label, List<Authority> known, Set<CkaId> seen) {
        List<Authority> standing = known.stream()
                .filter(a -> a.stands() && a.location().token().equals(label))
                .toList();
        return standing.stream().anyMatch(a -> seen.contains(a.location().id()))
                ? List.of()
                : standing.stream()
                        .map(a -> new Finding(
                                "authority-missing",
                                a.location(),
                                "authority " + a.kid().prefix() + " is not in its token; make one: keymgr init"))
                        .toList();
    }

    /** What the token has. */
    private static Set<CkaId> examine(Hsm hsm, Keyring keyring, Set<KeyLocation> vouching, List<Finding> findings) {
        Map<CkaId, SigningKey> known = new HashMap<>();
        keyring.keys().stream()
                .filter(k -> k.location().token().equals(hsm.label()))
                .forEach(k -> known.put(k.location().id(), k));
        Set<CkaId> intended = new HashSet<>();
        keyring.intents().stream()
                .filter(i -> i.location().token().equals(hsm.label()))
                .forEach(i -> intended.add(i.location().id()));
        Set<CkaId> seen = new HashSet<>();
        for (TokenKey found : hsm.list()) {
            KeyLocation place = found.location();
            seen.add(place.id());
            SigningKey key = known.get(place.id());
            if (key == null && !intended.contains(place.id()) && !vouching.contains(place)) {
                findings.add(new Finding(
                        "orphan",
                        place,
                        "private key '" + found.name()
                                + "' is in the token but not in the inventory; nobody should sign with it"));
            } else if (key != null) {
                compare(found, key, findings);
            }
            if (!found.attributes().violations().isEmpty()) {
                findings.add(new Finding(
                        "attributes",
                        place,
                        "private key '" + found.name() + "': "
                                + String.join(", ", found.attributes().violations())));
            }
        }
        known.values().stream()
                .filter(k -> k.privateHalf() == PrivateHalf.PRESENT
                        && !seen.contains(k.location().id()))
                .forEach(k -> findings.add(missing(k)));
        return seen;
    }

    private static void compare(TokenKey found, SigningKey key, List<Finding> findings) {
        if (!key.publicKey().equals(found.publicKey())) {
            findings.add(new Finding(
                    "wrong-key",
                    found.location(),
                    found.publicKey() == null
                            ? "the token has lost the public half of "
                                    + key.kid().prefix() + "; it cannot sign"
                            : "the token has another key under the id of "
                                    + key.kid().prefix()));
        }
        if (key.privateHalf() == PrivateHalf.DESTROYED) {
            findings.add(new Finding(
                    "still-there",
                    found.location(),
                    "the private half of " + key.kid().prefix() + " was recorded as destroyed but is in the token"));
        }
    }

    private static Finding missing(SigningKey key) {
        return new Finding(
                "key-missing",
                key.location(),
                key.state() + " key " + key.kid().prefix()
                        + " is not in its token, or not whole, and nobody here destroyed it");
    }

    /**
     * Quick, before each advance: whether the tokens still have the keys that sign and stand by. A token that does not
     * answer is an exception, never a missing key.
     */
    Optional<Finding> firstChange(Keyring keyring) {
        for (SigningKey key : keyring.keys()) {
            if (key.state().isFinal() || key.wasRetired()) {
                continue;
            }
            if (key.privateHalf() != PrivateHalf.PRESENT && key.privateHalf() != PrivateHalf.LOST) {
                continue;
            }
            // A private half without its public half and certificate cannot be used through the platform's provider.
            boolean there = tokens.require(key.location().token())
                    .find(key.location().id())
                    .filter(found -> key.publicKey().equals(found.publicKey()))
                    .isPresent();
            if (there && key.privateHalf() == PrivateHalf.LOST) {
                return Optional.of(
                        new Finding("key-back", key.location(), key.kid().prefix() + " is there again"));
            }
            if (!there && key.privateHalf() == PrivateHalf.PRESENT) {
                return Optional.of(missing(key));
            }
        }
        return Optional.empty();
    }
}
