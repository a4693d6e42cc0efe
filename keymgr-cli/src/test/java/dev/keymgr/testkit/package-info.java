/** What the tests that run the product as a process share. */
@NullMarked
package dev.keymgr.testkit;

import org.jspecify.annotations.NullMarked;
