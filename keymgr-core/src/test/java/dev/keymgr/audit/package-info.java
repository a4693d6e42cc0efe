/** The record that cannot be changed: its format, and the contract of whatever keeps it. */
@NullMarked
package dev.keymgr.audit;

import org.jspecify.annotations.NullMarked;
