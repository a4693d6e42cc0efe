/** Years of policy in seconds: random commands, crashes, clock jumps, two writers, and verifiers with real caches. */
@NullMarked
package dev.keymgr.simulation;

import org.jspecify.annotations.NullMarked;
