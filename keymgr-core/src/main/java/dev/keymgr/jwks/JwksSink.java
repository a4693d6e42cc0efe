package dev.keymgr.jwks;

import dev.keymgr.key.ScopeName;
import java.util.Map;
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

    /**
     * Replaces the scope's signed documents, unless those there have the same sequence or a higher one. Idempotent.
     *
     * @param files bytes by file name, in the order in which readers may see them change
     * @throws dev.keymgr.key.KeymgrException PUBLICATION_FAILED when they could not be written; each file is whole, the old
     *     one or the new one
     */
    void publish(ScopeName scope, long sequence, Map<String, byte[]> files);

    /** The bytes that stand there now, as a reader would get them. */
    Optional<byte[]> current(ScopeName scope);
}
