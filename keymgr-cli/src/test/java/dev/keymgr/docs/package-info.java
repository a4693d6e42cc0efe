/** The reference pages, held against the code they describe. */
@NullMarked
package dev.keymgr.docs;

import org.jspecify.annotations.NullMarked;
