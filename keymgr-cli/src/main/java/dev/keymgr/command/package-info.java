/**
 * Floor 3: what operators type. One file a command; each asks the workbench, prints, and returns an exit code. Standard
 * output is data, standard error is talk.
 */
@NullMarked
package dev.keymgr.command;

import org.jspecify.annotations.NullMarked;
