/**
 * Floor 2: the one database adapter, on SQLite or PostgreSQL. It keeps the inventory and the audit record, because a
 * change and its record must commit in one transaction. Plain {@code java.sql}: the drivers come with the caller. The laws
 * stand in the schema as constraints and triggers; this code only asks.
 */
@NullMarked
package dev.keymgr.store.jdbc;

import org.jspecify.annotations.NullMarked;
