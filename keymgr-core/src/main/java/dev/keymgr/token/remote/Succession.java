package dev.keymgr.token.remote;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;

/** The order in which a document's editions may come: none below one that was taken, none twice with other bytes. */
final class Succession {
    private final String what;
    private long last = -1;
    private String lastBytes = "";

    Succession(String what) {
        this.what = what;
    }

    /**
     * Takes the next edition.
     *
     * @throws KeymgrException DOCUMENT_REFUSED for one that was overtaken; nothing has changed
     */
    void require(ScopeName scope, long sequence, String bytes) {
        if (sequence < last || (sequence == last && !bytes.equals(lastBytes))) {
            throw new KeymgrException(
                    ErrorCode.DOCUMENT_REFUSED,
                    "the " + what + " of scope " + scope + " is refused: "
                            + (sequence < last
                                    ? "its sequence went back from " + last + " to " + sequence
                                    : "other bytes than before with the sequence " + sequence)
                            + "; the one taken before stands; ask the issuer whether its store was restored");
        }
        last = sequence;
        lastBytes = bytes;
    }
}
