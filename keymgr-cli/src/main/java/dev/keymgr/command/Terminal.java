package dev.keymgr.command;

import java.io.InputStream;
import java.io.PrintWriter;

/**
 * Where a command reads and writes.
 *
 * @param out data
 * @param err talk
 * @param interactive whether a person watches: progress is shown, and colour where {@code NO_COLOR} is unset
 */
public record Terminal(InputStream in, PrintWriter out, PrintWriter err, Style style, boolean interactive) {
    void say(String line) {
        err.println(line);
        err.flush();
    }

    void print(String line) {
        out.println(line);
    }
}
