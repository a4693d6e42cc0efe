/**
 * Floor 2: what a folder keeps while the store cannot be written: orders of an emergency, each a small file, until the record
 * can follow.
 */
@NullMarked
package dev.keymgr.store.file;

import org.jspecify.annotations.NullMarked;
