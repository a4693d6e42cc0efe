/** Tests of security events. */
@NullMarked
package dev.keymgr.daemon.events;

import org.jspecify.annotations.NullMarked;
