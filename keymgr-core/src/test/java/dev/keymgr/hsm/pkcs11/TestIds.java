package dev.keymgr.hsm.pkcs11;

import dev.keymgr.key.CkaId;
import java.util.UUID;

/** CKA_IDs for tests that share a token. */
final class TestIds {
    private TestIds() {}

    static CkaId fresh() {
        return new CkaId(UUID.randomUUID().toString().replace("-", ""));
    }
}
