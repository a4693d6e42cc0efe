/** Fakes of the ports, with faults to order, and sample values. Honest because the contracts run on them too. */
@NullMarked
package dev.keymgr.testkit;

import org.jspecify.annotations.NullMarked;
