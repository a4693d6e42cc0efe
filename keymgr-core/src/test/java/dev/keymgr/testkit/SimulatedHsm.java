package dev.keymgr.testkit;

import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.hsm.pkcs11.Pkcs11Connection;
import dev.keymgr.hsm.pkcs11.Pkcs11Settings;
import dev.keymgr.hsm.pkcs11.Pkcs11TokenInitialization;
import dev.keymgr.key.TokenLabel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The real simulated HSM of {@code hsm-config/hsm} in a home folder of the test's choice: SoftHSM behind one server per
 * token. Close it, or its servers outlive the test.
 */
public final class SimulatedHsm implements AutoCloseable {
    /** The user PIN of every token made by {@link #initialize}. */
    public static final String USER_PIN = "user-7314";

    private static final String SECURITY_OFFICER_PIN = "officer-9025";

    /** What a run of the script said. */
    public record Outcome(int exitCode, String output, String talk) {}

    private final Path home;

    private SimulatedHsm(Path home) {
        this.home = home;
    }

    /** With nothing installed or started. */
    public static SimulatedHsm in(Path home) {
        return new SimulatedHsm(home);
    }

    /** Installs what is needed, once per build folder, and starts a server for each label. */
    public static SimulatedHsm start(Path home, TokenLabel... labels) {
        SimulatedHsm hsm = new SimulatedHsm(home);
        hsm.require("install");
        hsm.up(labels);
        return hsm;
    }

    /** Runs a command of the script. */
    public Outcome run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /** The same, with these in its environment. */
    public Outcome run(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(script().toString(), "--home", home.toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("hsm", ".out");
            Path talk = Files.createTempFile("hsm", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(talk.toFile());
            builder.environment()
                    .putIfAbsent(
                            "KEYMGR_HSM_PREFIX",
                            Path.of("target", "hsm-software").toAbsolutePath().toString());
            builder.environment().putAll(environment);
            int exitCode = builder.start().waitFor();
            Outcome outcome = new Outcome(exitCode, Files.readString(output), Files.readString(talk));
            Files.delete(output);
            Files.delete(talk);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while hsm ran", e);
        }
    }

    public void up(TokenLabel... labels) {
        require("up", labels);
    }

    public void down(TokenLabel... labels) {
        require("down", labels);
    }

    /** Kills a token's server and every connection at once, as a power cut would; they are gone on return. */
    public void kill(TokenLabel label) {
        try {
            String group = Files.readString(folder(label).resolve("pid")).strip();
            int killed = new ProcessBuilder("kill", "-KILL", "--", "-" + group)
                    .start()
                    .waitFor();
            while (killed == 0 && run("status", label.value()).exitCode() == 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes the token of a label, with {@link #USER_PIN}. */
    public void initialize(TokenLabel label) {
        try (Pin officer = pin(SECURITY_OFFICER_PIN);
                Pin user = pin(USER_PIN)) {
            new Pkcs11TokenInitialization(Map.of(label, isolated(label))).initialize(label, officer, user);
        }
    }

    /** How to reach a token over its socket, with its right PIN. */
    public Pkcs11Settings settings(TokenLabel label) {
        return new Pkcs11Settings(label, fixedPin(USER_PIN), isolated(label));
    }

    public Pkcs11Connection.Isolated isolated(TokenLabel label) {
        return new Pkcs11Connection.Isolated(
                folder(label).resolve("socket"), Path.of(software("client")), home.resolve("run"));
    }

    /** The folder of one token. */
    public Path folder(TokenLabel label) {
        return home.resolve("hsm").resolve(label.value());
    }

    /** One of the values that {@code hsm install} printed, such as {@code module}. */
    public String software(String key) {
        Map<String, String> values = new HashMap<>();
        require("install").output().lines().forEach(line -> {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return values.getOrDefault(key, "");
    }

    /** A source that always has the same PIN. Never outside tests. */
    public static PinSource fixedPin(String value) {
        return new PinSource() {
            @Override
            public String description() {
                return "the test";
            }

            @Override
            public Pin read() {
                return pin(value);
            }
        };
    }

    /** A PIN from a string. Never outside tests. */
    public static Pin pin(String value) {
        return new Pin(value.toCharArray());
    }

    /** Stops every server of the home. */
    @Override
    public void close() {
        require("down");
    }

    private Outcome require(String command, TokenLabel... labels) {
        List<String> arguments = new ArrayList<>(List.of(command));
        for (TokenLabel label : labels) {
            arguments.add(label.value());
        }
        Outcome outcome = run(arguments.toArray(String[]::new));
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException("hsm " + command + " failed: " + outcome.talk());
        }
        return outcome;
    }

    private static Path script() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path script = folder.resolve("hsm-config").resolve("hsm");
            if (Files.isExecutable(script)) {
                return script;
            }
        }
        throw new IllegalStateException("no hsm-config/hsm above " + Path.of("").toAbsolutePath());
    }
}
