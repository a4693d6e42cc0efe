/** The contract of whatever keeps keyrings. */
@NullMarked
package dev.keymgr.inventory;

import org.jspecify.annotations.NullMarked;
