package dev.keymgr.config;

/** Where something stands in the file; both count from 1. */
record Position(int line, int column) {
    static final Position START = new Position(1, 1);

    /** For what concerns the file as a whole. */
    static final Position NOWHERE = new Position(0, 0);
}
