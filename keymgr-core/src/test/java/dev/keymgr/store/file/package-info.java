/** Orders on a real disk. */
@NullMarked
package dev.keymgr.store.file;

import org.jspecify.annotations.NullMarked;
