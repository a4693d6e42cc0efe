/** What holds for the whole of the sources. */
@NullMarked
package dev.keymgr;

import org.jspecify.annotations.NullMarked;
