/**
 * Floor 1: the port to what is known of the keys of each scope. The inventory and the clock decide what is due; nothing
 * else does.
 */
@NullMarked
package dev.keymgr.inventory;

import org.jspecify.annotations.NullMarked;
