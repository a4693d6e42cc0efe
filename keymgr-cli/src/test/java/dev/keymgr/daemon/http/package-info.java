@NullMarked
package dev.keymgr.daemon.http;

import org.jspecify.annotations.NullMarked;
