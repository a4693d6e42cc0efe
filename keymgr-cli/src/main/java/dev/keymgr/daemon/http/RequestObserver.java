package dev.keymgr.daemon.http;

/** Told of each answer once its status is known. Called by several threads; must be quick and must not throw. */
@FunctionalInterface
public interface RequestObserver {
    /**
     * One request was answered.
     *
     * @param scope the scope whose document was asked for, or "" where there is none; never a name that the server does not
     *     know, so that strangers cannot make new ones
     * @param endpoint one of {@code jwks}, {@code discovery}, {@code health}, {@code readiness}, {@code metrics},
     *     {@code dashboard}, {@code other}
     * @param status of the response
     */
    void served(String scope, String endpoint, int status);
}
