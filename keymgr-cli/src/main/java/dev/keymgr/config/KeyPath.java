package dev.keymgr.config;

/**
 * Dotted paths of values, {@code scopes.consumer.tokens[0].label}. Every value of every file gets one, so they are joined
 * without the run-time code that {@code +} would generate at start-up.
 */
final class KeyPath {
    private KeyPath() {}

    /** A member of the mapping at a path; the path of the file itself is empty. */
    static String member(String path, String key) {
        return path.isEmpty() ? key : path.concat(".").concat(key);
    }

    /** An element of the list at a path. */
    static String element(String path, int index) {
        return path.concat("[").concat(Integer.toString(index)).concat("]");
    }
}
