package dev.keymgr.inventory;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;

/** Someone else changed the keyring first. Nothing was written; read again and decide anew. */
public final class InventoryConflictException extends KeymgrException {
    private static final long serialVersionUID = 1L;

    public InventoryConflictException(ScopeName scope, Generation expected, Generation found) {
        super(
                ErrorCode.STORE_CONFLICT,
                "scope " + scope + " is at generation " + found + ", not " + expected
                        + " as expected: someone else changed it; nothing was written; run the command again");
    }
}
