/** Tests of this package. */
@NullMarked
package dev.keymgr.token;

import org.jspecify.annotations.NullMarked;
