/** Tests of this package. */
@NullMarked
package dev.keymgr.json;

import org.jspecify.annotations.NullMarked;
