/**
 * Floor 1: the port to a PKCS#11 token. One {@link dev.keymgr.hsm.Hsm} is one token of one scope. No private key ever
 * crosses this port; there is no way to bring one in.
 */
@NullMarked
package dev.keymgr.hsm;

import org.jspecify.annotations.NullMarked;
