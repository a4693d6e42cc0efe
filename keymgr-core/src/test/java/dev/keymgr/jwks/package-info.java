/** Tests of the key set package, and keys for the tests of others. */
@NullMarked
package dev.keymgr.jwks;

import org.jspecify.annotations.NullMarked;
