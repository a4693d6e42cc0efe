package dev.keymgr.hsm;

import java.util.Arrays;
import java.util.function.Function;

/** A PIN. Its characters are zeroed on close, it prints as stars, and it leaves this object only for one call. */
public final class Pin implements AutoCloseable {
    private final char[] characters;

    /** Takes over the array: the caller must not keep it. */
    public Pin(char[] characters) {
        if (characters.length == 0) {
            throw new IllegalArgumentException("an empty PIN");
        }
        this.characters = characters;
    }

    /** Lends the characters; the borrower must not keep them. */
    public <T> T lend(Function<char[], T> borrower) {
        return borrower.apply(characters);
    }

    @Override
    public void close() {
        Arrays.fill(characters, '\0');
    }

    @Override
    public String toString() {
        return "****";
    }
}
