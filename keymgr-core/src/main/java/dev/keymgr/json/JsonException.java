package dev.keymgr.json;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import org.jspecify.annotations.Nullable;

/**
 * Text that is not the JSON we accept. The message holds the place and the kind of fault, and nothing of the text, which
 * may be a token. Readers that know what the text was meant to be wrap it in an error of their own.
 */
public final class JsonException extends KeymgrException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    JsonException(String fault, int line, int column, @Nullable Throwable cause) {
        super(
                ErrorCode.USAGE,
                "not acceptable JSON: " + fault + (line > 0 ? " at line " + line + ", column " + column : ""),
                cause);
        this.line = line;
        this.column = column;
    }

    /** From 1; 0 when the fault is not at one place. */
    public int line() {
        return line;
    }

    /** From 1, in characters; 0 when the fault is not at one place. */
    public int column() {
        return column;
    }
}
