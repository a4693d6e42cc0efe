/**
 * Floor 0: what a signing key is. Names, states, legal transitions, and the keyring: all keys of one scope at one
 * generation. JDK value types only; no I/O, no clock, no logger.
 */
@NullMarked
package dev.keymgr.key;

import org.jspecify.annotations.NullMarked;
