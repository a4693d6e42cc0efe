package dev.keymgr.key;

/** The instants in a key's life that timing and audit need, in the order in which a quiet life passes them. */
public enum Moment {
    GENERATED,
    /** When a document that lists the key had been written to every sink. */
    PUBLISHED,
    /** The last probe that saw the key at every public URL. */
    OBSERVED,
    ACTIVATED,
    SUSPENDED,
    /** When it was ordered out of the JWKS while suspended. */
    WITHDRAWN,
    RETIRED,
    PRIVATE_DESTROYED,
    /** When a document without the key had been written to every sink. */
    REMOVED,
    COMPROMISED,
    DESTROYED
}
