/** Floor 3: where the process begins and the object graph is wired. May use everything below. */
@NullMarked
package dev.keymgr;

import org.jspecify.annotations.NullMarked;
