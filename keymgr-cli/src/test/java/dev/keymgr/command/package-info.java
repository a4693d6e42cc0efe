/** Parts of commands that need no process. */
@NullMarked
package dev.keymgr.command;

import org.jspecify.annotations.NullMarked;
