package dev.keymgr;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Where the process begins; the only place that ends it. */
@Command(
        name = "keymgr",
        description = "Keeps token-signing keys in PKCS#11 tokens and rolls them over safely.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Runnable {
    Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command in this JVM and returns its exit code. */
    static int run(String... args) {
        return new CommandLine(new Main()).execute(args);
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"keymgr " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
