@NullMarked
package dev.keymgr.authority;

import org.jspecify.annotations.NullMarked;
