package dev.keymgr.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a secret is to be read from, never the secret. Whoever opens the token reads it afresh at each login.
 *
 * @param place for FILE an absolute path; for ENVIRONMENT the name of a variable; for DESCRIPTOR an open file descriptor;
 *     for CREDENTIAL a name below {@code $CREDENTIALS_DIRECTORY}; for COMMAND a command line that prints it
 */
public record SecretSource(Kind kind, String place) {

    /** The kinds of places. */
    public enum Kind {
        FILE("file:", ".+"),
        ENVIRONMENT("env:", "[A-Za-z_][A-Za-z0-9_]*"),
        DESCRIPTOR("fd:", "0|[3-9]|[1-9][0-9]{1,3}"),
        CREDENTIAL("credential:", "[A-Za-z0-9_][A-Za-z0-9._-]*"),
        COMMAND("command:", ".*\\S.*");

        private final String scheme;
        private final String form;

        Kind(String scheme, String form) {
            this.scheme = scheme;
            this.form = form;
        }
    }

    static final String RULE = "file:PATH, env:NAME, fd:NUMBER, credential:NAME or command:COMMAND LINE";

    /** As it is written in the file: {@code file:/etc/keymgr/secrets/consumer-a.pin}. */
    @Override
    public String toString() {
        return kind.scheme.concat(place);
    }

    /** Places that give the same secret have the same identity. */
    String identity() {
        return kind == Kind.FILE ? ConfigHome.identity(Path.of(place)) : toString();
    }

    /** Paths are taken from the folder of the file. A text of another form is not repeated: it may be the secret. */
    static Optional<SecretSource> bind(Value value, ConfigHome home) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (text.get().startsWith(kind.scheme)) {
                String place = text.get().substring(kind.scheme.length());
                if (Pattern.matches(kind.form, place)) {
                    return kind == Kind.FILE
                            ? home.path(value, place).map(Path::toString).map(path -> new SecretSource(kind, path))
                            : Optional.of(new SecretSource(kind, place));
                }
            }
        }
        value.refuse("does not name a place to read a secret from; it must be " + RULE
                + " (what is there is not shown: it may be a secret)");
        return Optional.empty();
    }
}
