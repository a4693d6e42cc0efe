package dev.keymgr.hsm;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * What the token itself says of a private key, read back and never assumed.
 *
 * @param local made in this token (CKA_LOCAL)
 * @param usages every CKA_ usage that is true: {@code sign}, {@code decrypt}, {@code unwrap}, {@code derive},
 *     {@code sign-recover}
 * @standard PKCS#11 v2.40 s. 4.8 and 4.9
 */
public record KeyAttributes(
        boolean local,
        boolean sensitive,
        boolean alwaysSensitive,
        boolean extractable,
        boolean neverExtractable,
        SortedSet<String> usages) {

    /** What is wrong with a key of these attributes, in words; empty when KeysStayInTheToken holds. */
    public List<String> violations() {
        List<String> wrong = new ArrayList<>();
        if (!local) {
            wrong.add("not made in the token (CKA_LOCAL is false)");
        }
        if (!sensitive || !alwaysSensitive) {
            wrong.add("not always sensitive");
        }
        if (extractable || !neverExtractable) {
            wrong.add("extractable, now or once");
        }
        if (!usages.equals(Set.of("sign"))) {
            wrong.add("usages " + usages + " instead of sign alone");
        }
        return wrong;
    }
}
