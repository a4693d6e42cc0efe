/** The numbers, and the files that are shipped to read them. */
@NullMarked
package dev.keymgr.daemon.metrics;

import org.jspecify.annotations.NullMarked;
