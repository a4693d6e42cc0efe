package dev.keymgr.testkit;

import org.jspecify.annotations.Nullable;

/** An API behind a scope, made with a library that fetches the JWKS over HTTP and keeps it. For one thread. */
public interface RemoteVerifier extends AutoCloseable {
    /** The library. */
    String name();

    /** What it holds against a token; null when it accepts it. */
    @Nullable
    String objection(String token);

    @Override
    default void close() {}
}
