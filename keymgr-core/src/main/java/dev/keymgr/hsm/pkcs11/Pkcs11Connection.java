package dev.keymgr.hsm.pkcs11;

import java.nio.file.Path;

/** Where the code of a token runs, and how this process reaches it. Paths are absolute. */
public sealed interface Pkcs11Connection {
    /**
     * In another process, behind a socket: private keys never enter this process's memory.
     *
     * @param socketFile a file whose one line names the server's socket ({@code hsm up} writes {@code
     *     HOME/hsm/LABEL/socket}), or the socket itself; read again at each connection
     * @param clientLibrary {@code p11-kit-client.so}
     * @param runtimeDirectory a folder of ours for short-lived links; made when absent
     */
    record Isolated(Path socketFile, Path clientLibrary, Path runtimeDirectory) implements Pkcs11Connection {}

    /**
     * In this process. While it signs, private keys of a software token lie in this process's memory.
     *
     * @param module the PKCS#11 library
     */
    record InProcess(Path module) implements Pkcs11Connection {}

    /** Whether the token's code runs outside this process. */
    default boolean isIsolated() {
        return this instanceof Isolated;
    }
}
