/** Floor 2: what verifiers get over HTTP. */
@NullMarked
package dev.keymgr.jwks.http;

import org.jspecify.annotations.NullMarked;
