package dev.keymgr.command;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.token.Decision;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;

/** Decisions appended to a file, one JSON object a line. For many threads. */
final class DecisionFile implements Consumer<Decision>, AutoCloseable {
    private final Path file;
    private final OutputStream out;

    private DecisionFile(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** @throws KeymgrException USAGE when it cannot be written */
    static DecisionFile append(Path file) {
        try {
            return new DecisionFile(
                    file, Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** A line goes out in one piece, so that several processes may append to one file. */
    @Override
    public synchronized void accept(Decision decision) {
        byte[] json = decision.render();
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        try {
            out.write(line);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static KeymgrException failed(Path file, IOException e) {
        return new KeymgrException(
                ErrorCode.USAGE, "decisions cannot be written to " + file + ": " + e + "; nothing was accepted", e);
    }
}
