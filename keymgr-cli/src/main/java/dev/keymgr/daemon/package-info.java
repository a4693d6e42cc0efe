/**
 * {@code keymgr daemon}: rotation that runs unattended, and the documents over HTTP. Floor 3: may use everything below.
 */
@NullMarked
package dev.keymgr.daemon;

import org.jspecify.annotations.NullMarked;
