/**
 * Floor 2: the one writer. It asks the planner what is due and carries it out: intent, token, self-test, publication,
 * commit, in that order, each repeatable after a crash on any line. Only this package calls a mutating method of a token,
 * the inventory or a sink.
 */
@NullMarked
package dev.keymgr.lifecycle;

import org.jspecify.annotations.NullMarked;
