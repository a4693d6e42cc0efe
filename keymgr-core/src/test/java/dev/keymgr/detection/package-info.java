@NullMarked
package dev.keymgr.detection;

import org.jspecify.annotations.NullMarked;
