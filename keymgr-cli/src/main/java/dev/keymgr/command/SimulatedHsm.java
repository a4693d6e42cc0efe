package dev.keymgr.command;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.TokenLabel;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The script {@code hsm-config/hsm}: it gets SoftHSM and p11-kit, and runs one server for each token. */
public final class SimulatedHsm {
    /** Fetching and unpacking the packages on a slow line. */
    private static final long PATIENCE_MINUTES = 10;

    private final Path script;

    private SimulatedHsm(Path script) {
        this.script = script;
    }

    /**
     * Where keymgr is installed.
     *
     * @throws KeymgrException USAGE when this is no installation with the script
     */
    public static SimulatedHsm in(@Nullable Path installation) {
        Path script =
                installation == null ? null : installation.resolve("hsm-config").resolve("hsm");
        if (script == null || !Files.isRegularFile(script)) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "the simulated HSM's script hsm-config/hsm was not found beside keymgr; run keymgr by its launcher"
                            + " bin/keymgr");
        }
        return new SimulatedHsm(script);
    }

    /** What the software consists of; {@code module} and {@code client} are the libraries a configuration names. */
    public Map<String, Path> install(Path home) {
        return install(home, List.of());
    }

    /** The same, with software that was unpacked for another folder where it is whole. */
    Map<String, Path> install(Path home, Path unpacked) {
        return install(home, List.of("--prefix", unpacked.toString()));
    }

    private Map<String, Path> install(Path home, List<String> options) {
        Map<String, Path> software = new HashMap<>();
        for (String line : run(home, "install", options)) {
            int equals = line.indexOf('=');
            if (equals > 0 && equals < line.length() - 1) {
                software.put(line.substring(0, equals), Path.of(line.substring(equals + 1)));
            }
        }
        return software;
    }

    /** Starts the servers that are down and waits for their sockets. */
    public void up(Path home, Collection<TokenLabel> labels) {
        run(home, "up", labels.stream().map(TokenLabel::value).toList());
    }

    /** Stops every server of a folder. */
    public void down(Path home) {
        run(home, "down", List.of());
    }

    private List<String> run(Path home, String verb, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString(), verb, "--home", home.toString()));
        command.addAll(arguments);
        try {
            Path talk = Files.createTempFile("keymgr-hsm", ".log");
            talk.toFile().deleteOnExit(); // for who interrupts it
            try {
                Process process = new ProcessBuilder(command)
                        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectError(talk.toFile())
                        .start();
                List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new KeymgrException(
                            ErrorCode.TOKEN_UNAVAILABLE,
                            "hsm-config/hsm " + verb + " failed: "
                                    + Files.readString(talk).strip());
                }
                return lines;
            } finally {
                Files.deleteIfExists(talk);
            }
        } catch (IOException e) {
            throw new KeymgrException(ErrorCode.TOKEN_UNAVAILABLE, "cannot run " + script + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeymgrException(ErrorCode.TOKEN_UNAVAILABLE, "interrupted while hsm " + verb + " ran", e);
        }
    }
}
