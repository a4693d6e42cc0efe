package dev.keymgr;

import dev.keymgr.command.KeymgrCommand;

/** Where the process begins; the only place that ends it. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command in this JVM and returns its exit code. */
    static int run(String... args) {
        KeymgrCommand root = Wiring.root();
        try {
            return root.commandLine(args).execute(args);
        } finally {
            root.close();
        }
    }
}
