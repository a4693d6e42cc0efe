/**
 * Floor 1: the account of a stolen key. It is written from the chained record alone, keeps apart what was observed, what is
 * inferred and what is not known, and calls no cause confirmed without evidence. May use {@code key}, {@code audit} and
 * {@code json}.
 */
@NullMarked
package dev.keymgr.incident;

import org.jspecify.annotations.NullMarked;
