/**
 * Floor 1: the record of what was done, by whom, when: hash-chained, so that a change, a gap or a reorder shows. Pure
 * format and the port to read it; it is written in the transaction of the change that it records.
 */
@NullMarked
package dev.keymgr.audit;

import org.jspecify.annotations.NullMarked;
