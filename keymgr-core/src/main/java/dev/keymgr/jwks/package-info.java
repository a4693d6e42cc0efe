/**
 * Floor 1: the document that verifiers fetch. Rendering, parsing and the lint are pure; a sink is where it is written.
 * One document belongs to one scope.
 */
@NullMarked
package dev.keymgr.jwks;

import org.jspecify.annotations.NullMarked;
