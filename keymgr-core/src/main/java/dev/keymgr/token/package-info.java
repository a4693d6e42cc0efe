/**
 * Floor 1: signed tokens, made and checked. A signer and a verifier belong to one scope each, from construction on; there
 * is none for several. May use {@code key}, {@code hsm}, {@code jwks} and {@code json}. Nothing in a token ever opens a
 * connection or chooses where a key comes from.
 */
@NullMarked
package dev.keymgr.token;

import org.jspecify.annotations.NullMarked;
