@NullMarked
package dev.keymgr.jwks.http;

import org.jspecify.annotations.NullMarked;
