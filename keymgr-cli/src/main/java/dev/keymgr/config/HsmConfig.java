package dev.keymgr.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How tokens are reached. */
public sealed interface HsmConfig {

    /** The folder for sockets and links, absolute. */
    Path runtime();

    /** What to do about a simulated HSM that is not running. */
    enum WhenDown {
        /** Bring it up. */
        START,
        /** Report it. */
        REPORT
    }

    /**
     * Each token in a process of its own, behind a socket.
     *
     * @param client p11-kit's client library, absolute; what this process loads
     * @param moduleFile the token's own library, absolute; what the other process loads, null when only that one knows
     */
    record Isolated(Path client, @Nullable Path moduleFile, Path runtime, WhenDown whenDown) implements HsmConfig {

        public Optional<Path> module() {
            return Optional.ofNullable(moduleFile);
        }
    }

    /**
     * The token's library loaded into this process, where a memory image of it may hold keys.
     *
     * @param module the token's own library, absolute
     */
    record InProcess(Path module, Path runtime) implements HsmConfig {}
}
