/**
 * Floor 1: JSON in and out, strict. The one place that knows the parsing library; everything else sees JDK types.
 */
@NullMarked
package dev.keymgr.json;

import org.jspecify.annotations.NullMarked;
