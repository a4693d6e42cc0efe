/**
 * Tells registered relying parties what happens to keys: security event tokens, signed by the scope's authority, pushed or
 * polled; and keeps account of who has acknowledged. Uses the couriers of {@code notify}. Floor 3.
 */
@NullMarked
package dev.keymgr.daemon.events;

import org.jspecify.annotations.NullMarked;
