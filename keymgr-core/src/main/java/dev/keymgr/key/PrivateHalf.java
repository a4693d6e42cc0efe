package dev.keymgr.key;

/** What is known of the private object in the token. */
public enum PrivateHalf {
    /** In the token, as far as we know. */
    PRESENT,
    /** Its destruction is decided and recorded; the token may or may not have carried it out. */
    DESTROYING,
    /** The token was asked afterwards and has no such object. */
    DESTROYED,
    /** Found absent although nobody here destroyed it. The key cannot sign again. */
    LOST
}
