/**
 * Floor 3: a folder of test tokens with the verdicts that a verifier owes them, and the scoring of what one made of them.
 * Every key in it is software and dies with the process: nothing bad is ever signed with a key that anybody trusts. Knows
 * neither tokens nor the store.
 */
@NullMarked
package dev.keymgr.kit;

import org.jspecify.annotations.NullMarked;
