/**
 * Recognises a stolen key by its use: what verifiers decided is held against what each key was for and when. Decides nothing
 * about keys; whoever is told does.
 */
@NullMarked
package dev.keymgr.detection;

import org.jspecify.annotations.NullMarked;
