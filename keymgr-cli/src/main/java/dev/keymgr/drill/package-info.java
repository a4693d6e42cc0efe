/**
 * Drills: an emergency, and an everyday roll, played with real tokens, a real daemon and real verifiers in a throw-away pair of
 * scopes. What is shown here is what would happen; nothing is acted.
 */
@NullMarked
package dev.keymgr.drill;

import org.jspecify.annotations.NullMarked;
