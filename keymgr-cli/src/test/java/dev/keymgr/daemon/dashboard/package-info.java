/** The dashboard: what it says, how it says it safely, and how a real browser shows it. */
@NullMarked
package dev.keymgr.daemon.dashboard;

import org.jspecify.annotations.NullMarked;
