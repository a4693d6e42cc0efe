/**
 * Floor 3: the page people look at. A pure function from what the daemon knows to HTML and SVG: no clock, no I/O, no script,
 * nothing fetched. It reads key, rollover, audit and inventory values and changes none.
 */
@NullMarked
package dev.keymgr.daemon.dashboard;

import org.jspecify.annotations.NullMarked;
