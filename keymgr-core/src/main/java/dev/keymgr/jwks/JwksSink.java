package dev.keymgr.jwks;

import dev.keymgr.key.ScopeName;
import java.util.Optional;

/**
 * A place where a scope's JWKS is written for verifiers to fetch. Writing is atomic and durable: a reader sees the old
 * document or the new one, also after a power cut.
 */
public interface JwksSink {
    /** For people: {@code directory public/consumer}. */
    String description();

    /**
     * Replaces the document. Idempotent: the same document again is a success.
     *
     * @throws dev.keymgr.key.KeymgrException PUBLICATION_FAILED when it could not be written, or the sink holds a higher
     *     number, or the same number with other bytes; the old document stands
     */
    void publish(JwksDocument document);

    /** The bytes that stand there now, as a reader would get them. */
    Optional<byte[]> current(ScopeName scope);
}
