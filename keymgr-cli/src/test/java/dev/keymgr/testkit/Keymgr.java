package dev.keymgr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The built product as a process, run by its launcher with an environment of its own. Immutable; for many threads. */
public final class Keymgr {
    /** A command that takes longer hangs. */
    private static final long PATIENCE_MINUTES = 3;

    private static final Path BUILT = Path.of("target", "keymgr").toAbsolutePath();
    private static final Path CACHE = Path.of("target", "keymgr-cache").toAbsolutePath();
    private static final Path SOFTWARE = Path.of("target", "hsm-software").toAbsolutePath();

    private final Path directory;
    private final Map<String, String> environment;
    private final List<String> before;

    private Keymgr(Path directory, Map<String, String> environment, List<String> before) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.before = List.copyOf(before);
    }

    /** Working in a folder, with that folder as home too, and with a class archive that is made once for all tests. */
    public static Keymgr in(Path directory) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", BUILT.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("HOME", directory.toString());
        environment.put("XDG_CACHE_HOME", CACHE.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("KEYMGR_HSM_PREFIX", System.getenv().getOrDefault("KEYMGR_HSM_PREFIX", SOFTWARE.toString()));
        Keymgr keymgr = new Keymgr(directory, environment, List.of());
        Archive.require(keymgr);
        return keymgr;
    }

    /** So that no test meets the archive while another process makes it in the background. */
    private static final class Archive {
        private static boolean made;

        private static synchronized void require(Keymgr keymgr) {
            if (!made) {
                Run run = keymgr.run("--make-archive");
                assertThat(run.exit()).as(run.toString()).isZero();
                made = true;
            }
        }
    }

    public Keymgr with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Keymgr(directory, more, before);
    }

    /** The same, started by another program, such as setpriv, that replaces itself by it. */
    public Keymgr behind(String... command) {
        return new Keymgr(
                directory,
                environment,
                Stream.concat(Stream.of(command), before.stream()).toList());
    }

    /** What it is started with. */
    public Map<String, String> environment() {
        return new TreeMap<>(environment);
    }

    public Run run(String... arguments) {
        return start(arguments).ended();
    }

    /** Runs a command about a key: its kid goes last and behind two dashes, for it may begin with one. */
    public Run on(String kid, String... arguments) {
        return run(Stream.concat(Stream.of(arguments), Stream.of("--", kid)).toArray(String[]::new));
    }

    /** Runs a command and demands how it ends. */
    public Run expect(int exit, String... arguments) {
        return run(arguments).expect(exit);
    }

    /** With a text as standard input. */
    public Run feed(String input, String... arguments) {
        Path file = temporary("in");
        try {
            Files.writeString(file, input);
            return launch(Redirect.from(file.toFile()), arguments).ended();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(file);
        }
    }

    public Started start(String... arguments) {
        return launch(Redirect.from(Path.of("/dev/null").toFile()), arguments);
    }

    /** With standard input open, for {@code process().outputWriter()}. */
    public Started startPiped(String... arguments) {
        return launch(Redirect.PIPE, arguments);
    }

    private Started launch(Redirect input, String... arguments) {
        List<String> command = Stream.concat(before.stream(), Stream.of(BUILT.resolve("bin/keymgr") + ""))
                .collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
        command.addAll(Arrays.asList(arguments));
        Path out = temporary("out");
        Path err = temporary("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(input)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new Started(List.of(arguments), builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporary(String suffix) {
        try {
            return Files.createTempFile("keymgr-test", "." + suffix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command under way. */
    public record Started(List<String> arguments, Process process, Path outFile, Path errFile) {
        /** Waits for its end. */
        public Run ended() {
            try {
                if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError("keymgr " + arguments + " hung: " + Files.readString(errFile));
                }
                return new Run(arguments, process.exitValue(), Files.readString(outFile), Files.readString(errFile));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while keymgr " + arguments + " ran", e);
            } finally {
                delete(outFile);
                delete(errFile);
            }
        }

        /** Kills it with SIGKILL unless it ends within a time; the launcher has become the JVM, so there is one process. */
        public Run killedAfter(long millis) {
            try {
                if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
            return ended();
        }
    }

    /** A command that has ended. */
    public record Run(List<String> arguments, int exit, String out, String err) {
        public Run expect(int wanted) {
            assertThat(exit).as(toString()).isEqualTo(wanted);
            return this;
        }

        public Run says(String... texts) {
            assertThat(out + err).as(toString()).contains(texts);
            return this;
        }

        /** Standard output, which must be one strict JSON value and nothing else. */
        public JsonNode json() {
            return StrictJson.parse(out, toString());
        }
    }
}
