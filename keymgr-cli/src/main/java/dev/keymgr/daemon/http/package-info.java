/**
 * The HTTP side of the daemon: read-only, from memory, one scope to a path. Knows documents and pages as bytes and nothing of
 * keys, tokens or stores; {@link dev.keymgr.daemon.http.Site} is what it shows. Floor 3; the only room that knows Jetty.
 */
@NullMarked
package dev.keymgr.daemon.http;

import org.jspecify.annotations.NullMarked;
