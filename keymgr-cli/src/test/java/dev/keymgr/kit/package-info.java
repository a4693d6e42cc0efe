/** Tests of the conformance kit. */
@NullMarked
package dev.keymgr.kit;

import org.jspecify.annotations.NullMarked;
