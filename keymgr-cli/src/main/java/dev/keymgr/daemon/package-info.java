/** Floor 3: the daemon. It wakes the lifecycle on schedule, says when that fails, and serves the documents. */
@NullMarked
package dev.keymgr.daemon;

import org.jspecify.annotations.NullMarked;
