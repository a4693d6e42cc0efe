/**
 * Floor 0: when what may happen to a key. Policy and its lint, the arithmetic of roll-over timing, and the planner that
 * turns a keyring, a policy and an instant into steps. Pure: no I/O, no clock, no logger.
 */
@NullMarked
package dev.keymgr.rollover;

import org.jspecify.annotations.NullMarked;
