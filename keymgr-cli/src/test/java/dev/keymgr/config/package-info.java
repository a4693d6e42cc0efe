@NullMarked
package dev.keymgr.config;

import org.jspecify.annotations.NullMarked;
