/**
 * Floor 2: a relying party's keys over HTTP. Fetches what an issuer publishes at one address that the relying party was
 * configured with; nothing in a token leads anywhere.
 */
@NullMarked
package dev.keymgr.token.remote;

import org.jspecify.annotations.NullMarked;
