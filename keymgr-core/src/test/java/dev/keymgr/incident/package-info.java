@NullMarked
package dev.keymgr.incident;

import org.jspecify.annotations.NullMarked;
