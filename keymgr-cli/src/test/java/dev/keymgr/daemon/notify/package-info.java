/** Notifications, against real receivers and a real store. */
@NullMarked
package dev.keymgr.daemon.notify;

import org.jspecify.annotations.NullMarked;
