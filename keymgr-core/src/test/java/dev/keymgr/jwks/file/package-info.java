/** Tests of this package. */
@NullMarked
package dev.keymgr.jwks.file;

import org.jspecify.annotations.NullMarked;
