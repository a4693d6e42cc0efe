package dev.keymgr.hsm.pkcs11;

import static dev.keymgr.hsm.pkcs11.Attributes.Absent.COUNTS_AS_FALSE;
import static dev.keymgr.hsm.pkcs11.Attributes.Absent.COUNTS_AS_TRUE;

import dev.keymgr.hsm.KeyAttributes;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The objects in a token, over one link: what lies under an id, what it is, and its removal. */
final class KeyObjects {
    private static final long[] PRIVATE_ATTRIBUTES = {
        Ck.CKA_ID,
        Ck.CKA_LABEL,
        Ck.CKA_LOCAL,
        Ck.CKA_SENSITIVE,
        Ck.CKA_ALWAYS_SENSITIVE,
        Ck.CKA_EXTRACTABLE,
        Ck.CKA_NEVER_EXTRACTABLE,
        Ck.CKA_SIGN,
        Ck.CKA_DECRYPT,
        Ck.CKA_UNWRAP,
        Ck.CKA_DERIVE,
        Ck.CKA_SIGN_RECOVER
    };

    private static final long[] PUBLIC_ATTRIBUTES = {
        Ck.CKA_ID, Ck.CKA_KEY_TYPE, Ck.CKA_EC_PARAMS, Ck.CKA_EC_POINT, Ck.CKA_MODULUS, Ck.CKA_PUBLIC_EXPONENT
    };

    private static final Map<Long, String> USAGES = Map.of(
            Ck.CKA_SIGN, "sign",
            Ck.CKA_DECRYPT, "decrypt",
            Ck.CKA_UNWRAP, "unwrap",
            Ck.CKA_DERIVE, "derive",
            Ck.CKA_SIGN_RECOVER, "sign-recover");

    /** Of an RSA-8192 key: more than any that we make. */
    private static final int SIGNATURE_BYTES_MAX = 1024;

    private final TokenLabel token;
    private final TokenLink link;

    KeyObjects(TokenLabel token, TokenLink link) {
        this.token = token;
        this.link = link;
    }

    static byte[] bytes(CkaId id) {
        return HexFormat.of().parseHex(id.hex());
    }

    /** One search: a token may take as long for it as it has objects. */
    ObjectsOfId under(CkaId id) {
        List<Long> privateKeys = new ArrayList<>();
        List<Long> publicKeys = new ArrayList<>();
        List<Long> certificates = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        for (long handle : handles(new Template().with(Ck.CKA_ID, bytes(id)))) {
            long type = read(handle, Ck.CKA_CLASS).findNumber(Ck.CKA_CLASS).orElse(-1);
            if (type == Ck.CKO_PRIVATE_KEY) {
                privateKeys.add(handle);
            } else if (type == Ck.CKO_PUBLIC_KEY) {
                publicKeys.add(handle);
            } else {
                (type == Ck.CKO_CERTIFICATE ? certificates : others).add(handle);
            }
        }
        return new ObjectsOfId(privateKeys, publicKeys, certificates, others);
    }

    Optional<TokenKey> find(CkaId id) {
        return locate(id).map(Located::key);
    }

    /** A whole key and the objects that it was read from. */
    record Located(ObjectsOfId objects, TokenKey key) {}

    /** Looks where the key was last seen, and searches only when it is not there as it was. */
    Optional<Located> locate(CkaId id) {
        Optional<Located> seen = link.lastSeen(id).flatMap(objects -> seenAgain(id, objects));
        if (seen.isPresent()) {
            return seen;
        }
        ObjectsOfId found = under(id);
        Optional<Located> located = read(found).map(key -> new Located(found, key));
        located.filter(l -> l.key().publicKey() != null).ifPresentOrElse(l -> link.saw(id, found), () -> link.lost(id));
        return located;
    }

    /** Notes where objects lie that were just made. */
    void saw(CkaId id, ObjectsOfId objects) {
        link.saw(id, objects);
    }

    private Optional<Located> seenAgain(CkaId id, ObjectsOfId objects) {
        try {
            return read(objects)
                    .filter(key ->
                            key.publicKey() != null && key.location().id().equals(id))
                    .map(key -> new Located(objects, key));
        } catch (CryptokiException e) {
            return Optional.empty(); // an object or the session is gone: the search will tell which
        }
    }

    /** The key that some objects make up; empty when there is no private half among them. */
    Optional<TokenKey> read(ObjectsOfId objects) {
        return objects.privateKeys().stream().findFirst().map(handle -> {
            Attributes privateHalf = read(handle, PRIVATE_ATTRIBUTES);
            VerificationKey publicKey = objects.publicKeys().stream()
                    .findFirst()
                    .map(found -> read(found, PUBLIC_ATTRIBUTES))
                    .filter(publicHalf -> idOf(publicHalf).equals(idOf(privateHalf)))
                    .flatMap(PublicKeys::parse)
                    .orElse(null);
            return toTokenKey(privateHalf, publicKey);
        });
    }

    boolean hasPrivateKey(CkaId id) {
        return !handles(new Template().with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY).with(Ck.CKA_ID, bytes(id)))
                .isEmpty();
    }

    List<TokenKey> list() {
        Map<CkaId, VerificationKey> publicKeys = new HashMap<>();
        for (long handle : handles(new Template().with(Ck.CKA_CLASS, Ck.CKO_PUBLIC_KEY))) {
            Attributes attributes = read(handle, PUBLIC_ATTRIBUTES);
            PublicKeys.parse(attributes).ifPresent(key -> publicKeys.putIfAbsent(idOf(attributes), key));
        }
        List<TokenKey> keys = new ArrayList<>();
        for (long handle : handles(new Template().with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY))) {
            Attributes attributes = read(handle, PRIVATE_ATTRIBUTES);
            keys.add(toTokenKey(attributes, publicKeys.get(idOf(attributes))));
        }
        return keys;
    }

    /** Signs in JOSE form. */
    byte[] sign(long privateKey, SigningAlgorithm algorithm, byte[] input) {
        return link.module()
                .sign(
                        link.session(),
                        Mechanism.signing(algorithm),
                        privateKey,
                        Mechanism.toSign(algorithm, input),
                        SIGNATURE_BYTES_MAX);
    }

    ObjectsOfId generatePair(SigningAlgorithm algorithm, Template publicKey, Template privateKey) {
        return link.module().generateKeyPair(link.session(), Mechanism.generating(algorithm), publicKey, privateKey);
    }

    long create(Template template) {
        return link.module().createObject(link.session(), template);
    }

    /**
     * Removes objects, private halves first: a crash in between leaves a public half or a certificate, which is debris
     * that the next {@code generate} or {@code destroy} of the id clears.
     */
    void destroy(ObjectsOfId objects) {
        objects.all().forEach(handle -> link.module().destroyObject(link.session(), handle));
    }

    /** Spares a search where the objects are known; what was there besides, or is there no more, the next search tells. */
    void destroyAsSeen(CkaId id) {
        Optional<ObjectsOfId> seen = link.lastSeen(id);
        link.lost(id);
        seen.filter(objects -> seenAgain(id, objects).isPresent()).ifPresent(this::destroy);
    }

    private List<Long> handles(Template template) {
        return link.module().find(link.session(), template.yes(Ck.CKA_TOKEN));
    }

    private Attributes read(long handle, long... types) {
        return link.module().read(link.session(), handle, types);
    }

    private TokenKey toTokenKey(Attributes attributes, @Nullable VerificationKey publicKey) {
        String name = attributes
                .find(Ck.CKA_LABEL)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        return new TokenKey(new KeyLocation(token, idOf(attributes)), name, publicKey, toKeyAttributes(attributes));
    }

    private static CkaId idOf(Attributes attributes) {
        return new CkaId(HexFormat.of().formatHex(attributes.find(Ck.CKA_ID).orElse(new byte[0])));
    }

    /** What the token does not say about a protection counts as its absence; a usage it does not know it cannot grant. */
    private static KeyAttributes toKeyAttributes(Attributes attributes) {
        TreeSet<String> usages = new TreeSet<>();
        USAGES.forEach((type, usage) -> {
            if (attributes.flag(type, COUNTS_AS_FALSE)) {
                usages.add(usage);
            }
        });
        return new KeyAttributes(
                attributes.flag(Ck.CKA_LOCAL, COUNTS_AS_FALSE),
                attributes.flag(Ck.CKA_SENSITIVE, COUNTS_AS_FALSE),
                attributes.flag(Ck.CKA_ALWAYS_SENSITIVE, COUNTS_AS_FALSE),
                attributes.flag(Ck.CKA_EXTRACTABLE, COUNTS_AS_TRUE),
                attributes.flag(Ck.CKA_NEVER_EXTRACTABLE, COUNTS_AS_FALSE),
                usages);
    }
}
