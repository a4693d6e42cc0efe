/** Floor 2: key sets in a directory, for a web server to hand out. */
@NullMarked
package dev.keymgr.jwks.file;

import org.jspecify.annotations.NullMarked;
