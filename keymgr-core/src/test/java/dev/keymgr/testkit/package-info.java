/** Fakes of the ports, with planned faults. Contract tests keep them honest. */
@NullMarked
package dev.keymgr.testkit;

import org.jspecify.annotations.NullMarked;
