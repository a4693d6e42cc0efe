/**
 * Floor 3: the configuration file. Reads keymgr.yaml strictly into immutable records, reports everything wrong with it at
 * once with line, key, value and rule, and renders a commented file to start from. Repairs nothing.
 */
@NullMarked
package dev.keymgr.config;

import org.jspecify.annotations.NullMarked;
