/**
 * Floor 1: what a scope's authority vouches for. The authority is a key of its own in each token of the scope; it signs
 * the certificates of the scope's signing keys, the scope's signed documents and its security events, and never a token
 * of the scope. A verifier that pins it refuses a key certified for another scope even where that key stands in the wrong
 * document. May use {@code key}, {@code audit}, {@code jwks}, {@code json} and {@code token}.
 */
@NullMarked
package dev.keymgr.authority;

import org.jspecify.annotations.NullMarked;
