/** The contracts on real databases, and what only a database can get wrong. */
@NullMarked
package dev.keymgr.store.jdbc;

import org.jspecify.annotations.NullMarked;
