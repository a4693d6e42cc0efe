package dev.keymgr.config;

import dev.keymgr.key.ScopeName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A configuration file that was found sound. Every path in it is absolute.
 *
 * @param file as it was named
 * @param home the absolute folder of the file, where its relative paths begin
 * @param scopes at least one
 * @param daemon {@link DaemonConfig#DEFAULT} where the file says nothing of it
 * @param warnings what is legal but should be known, by line
 */
public record KeymgrConfig(
        Path file,
        Path home,
        StoreConfig store,
        HsmConfig hsm,
        SortedMap<ScopeName, ScopeConfig> scopes,
        DaemonConfig daemon,
        List<ConfigProblem> warnings) {
    public KeymgrConfig {
        scopes = Collections.unmodifiableSortedMap(new TreeMap<>(scopes));
        warnings = List.copyOf(warnings);
    }
}
