/** Floor 3: what the daemon tells a monitoring system. Numbers only; it decides nothing and changes nothing. */
@NullMarked
package dev.keymgr.daemon.metrics;

import org.jspecify.annotations.NullMarked;
