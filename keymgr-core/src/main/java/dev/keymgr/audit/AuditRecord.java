package dev.keymgr.audit;

/**
 * An event in its place in the chain.
 *
 * @param sequence 1 for the first, without gaps
 * @param previousHash the hash of the record before, 64 zeros for the first; lower-case hex
 * @param hash SHA-256 over the previous hash and the canonical event; lower-case hex
 */
public record AuditRecord(long sequence, AuditEvent event, String previousHash, String hash) {}
