@NullMarked
package dev.keymgr.token.remote;

import org.jspecify.annotations.NullMarked;
