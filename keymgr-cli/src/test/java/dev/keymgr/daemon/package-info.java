/** The schedule, on the job stores that daemons use. */
@NullMarked
package dev.keymgr.daemon;

import org.jspecify.annotations.NullMarked;
