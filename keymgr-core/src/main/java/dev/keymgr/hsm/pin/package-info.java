/**
 * Floor 2: where PINs come from. Each source is read at each login and holds nothing in between, except a file descriptor,
 * which gives its bytes but once. May use hsm and key.
 */
@NullMarked
package dev.keymgr.hsm.pin;

import org.jspecify.annotations.NullMarked;
