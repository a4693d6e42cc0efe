/**
 * What tests of every room share: fakes that keep the contracts of the ports, a plan of faults for them, and the
 * simulated HSM. Published as a test-jar.
 */
@NullMarked
package dev.keymgr.testkit;

import org.jspecify.annotations.NullMarked;
