package dev.keymgr.testkit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * npm's jose in a process of its own, for as long as the test runs. From the npm registry where there is npm, else Debian's
 * package; where there is neither, there is no such verifier.
 */
public final class NpmVerifier implements RemoteVerifier {
    private static final Path SOURCE = Path.of("src", "test", "js").toAbsolutePath();
    private static final Path WORK = Path.of("target", "relying-party").toAbsolutePath();
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "relying-party.mjs");

    private final Process process;
    private final BufferedReader verdicts;
    private final BufferedWriter tokens;
    private final String name;

    private NpmVerifier(Process process) throws IOException {
        this.process = process;
        this.verdicts = process.inputReader(StandardCharsets.UTF_8);
        this.tokens = process.outputWriter(StandardCharsets.UTF_8);
        // It says its version first, or nothing when it cannot start.
        this.name = Optional.ofNullable(verdicts.readLine()).orElse("");
    }

    /** Gets the library, once for all verifiers. What cannot be got is told on standard output. */
    public static void install() throws IOException {
        Files.createDirectories(WORK);
        for (String file : FILES) {
            Files.copy(SOURCE.resolve(file), WORK.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (Shell.has("npm")) {
            Keymgr.Run run = Shell.run(
                    WORK,
                    System.getenv(),
                    List.of(
                            "npm",
                            "ci",
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund",
                            "--fetch-timeout=30000",
                            "--fetch-retries=1"));
            if (run.exit() != 0) {
                System.out.println("npm could not install jose: " + run.err());
            }
        }
    }

    /** A process that verifies tokens of a scope, or nothing where there is no node, or no jose. */
    public static Optional<RemoteVerifier> start(URI jwks, String scope, Duration cache) throws IOException {
        if (!Shell.has("node")) {
            return Optional.empty();
        }
        NpmVerifier verifier = new NpmVerifier(new ProcessBuilder(
                        "node",
                        "relying-party.mjs",
                        jwks.toString(),
                        "https://login.example/" + scope,
                        "https://api.example/" + scope,
                        Long.toString(cache.toMillis()))
                .directory(WORK.toFile())
                .redirectError(Redirect.INHERIT)
                .start());
        if (verifier.name.isEmpty()) {
            verifier.close();
            return Optional.empty();
        }
        return Optional.of(verifier);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable String objection(String token) {
        try {
            tokens.write(token);
            tokens.newLine();
            tokens.flush();
            String verdict = verdicts.readLine();
            return "ok".equals(verdict) ? null : String.valueOf(verdict);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
