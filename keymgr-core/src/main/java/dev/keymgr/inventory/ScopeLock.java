package dev.keymgr.inventory;

/** The sole right to work on one scope. Close it to give it back. */
public interface ScopeLock extends AutoCloseable {
    @Override
    void close();
}
