/** Benchmarks, under the Maven profile {@code bench} only: what a signature, a rollover, a plan and a document cost. */
@NullMarked
package dev.keymgr.bench;

import org.jspecify.annotations.NullMarked;
