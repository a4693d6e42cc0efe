package dev.keymgr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, as a process: the built distribution, and a checkout whose Maven is a script. */
class LauncherIT {
    private static final Path BUILT = Path.of("target", "keymgr").toAbsolutePath();
    private static final String VERSION = "keymgr " + System.getProperty("keymgr.version") + "\n"
            + String.format("Java %s (%s)%n", System.getProperty("java.version"), System.getProperty("java.vendor"));

    /** An archive that is made beside a command is made at the lowest priority. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Path caches;
    private Path elsewhere;

    private record Run(int exit, String out, String err) {}

    private record Started(Process process, Path out, Path err) {
        Run ended() throws IOException, InterruptedException {
            int exit = process.waitFor();
            return new Run(exit, Files.readString(out), Files.readString(err));
        }
    }

    @BeforeEach
    void isolate() throws IOException {
        caches = folder.resolve("caches of keys");
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        environment.put("XDG_CACHE_HOME", caches.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("KEYMGR_ARCHIVE", "off");
    }

    @Test
    void findsItsJarsThroughSymlinksFromAnyFolder() throws Exception {
        Path first = Files.createSymbolicLink(
                folder.resolve("first"), copyOfTheDistribution("installed").resolve("bin/keymgr"));
        Path second = Files.createSymbolicLink(
                elsewhere.resolve("km"), Path.of("..", first.getFileName().toString()));

        Run run = run(second, "--version");

        assertThat(run).isEqualTo(new Run(0, VERSION, ""));
    }

    @Test
    void runsFromAPathWithASpaceAndMakesItsArchiveThere() throws Exception {
        Path home = copyOfTheDistribution("the key manager");
        environment.remove("KEYMGR_ARCHIVE");

        Run made = run(home.resolve("bin/keymgr"), "--make-archive");
        Path cache = onlyCache();
        environment.put("KEYMGR_JAVA_OPTS", "-XshowSettings:properties");
        Run run = run(home.resolve("bin/keymgr"), "--version");

        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(note(cache)).contains("state=made", "home=" + home.toRealPath());
        assertThat(cache.resolve(System.mapLibraryName("sqlitejdbc"))).isRegularFile();
        assertThat(cache.resolve(System.mapLibraryName("jnidispatch"))).isRegularFile();
        assertThat(run.out()).isEqualTo(VERSION);
        assertThat(run.err()).contains("keymgr.archive = present", "keymgr.cache = " + cache);
    }

    @Test
    void worksWithoutACacheWhenThereCanBeNone() throws Exception {
        environment.remove("XDG_CACHE_HOME");
        environment.remove("KEYMGR_ARCHIVE");
        environment.put("HOME", "/dev/null");

        assertThat(run(BUILT.resolve("bin/keymgr"), "--version")).isEqualTo(new Run(0, VERSION, ""));
        Run refused = run(BUILT.resolve("bin/keymgr"), "--make-archive");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("/dev/null/.cache/keymgr");
    }

    @Test
    void refusesAJavaThatIsTooOldAndSaysWhichOne() throws Exception {
        Path java = script(folder.resolve("old/java"), "echo 'openjdk version \"11.0.20\" 2023-07-18' >&2");
        environment.remove("JAVA_HOME");
        environment.put("PATH", java.getParent() + ":" + System.getenv("PATH"));

        Run run = run(BUILT.resolve("bin/keymgr"), "--version");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Java 17 or later is needed", java.toString(), "11.0.20");
    }

    @Test
    void refusesAJavaHomeWithoutJava() throws Exception {
        environment.put("JAVA_HOME", elsewhere.toString());

        Run run = run(BUILT.resolve("bin/keymgr"), "--version");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(elsewhere.toString());
    }

    @Test
    void manyFirstRunsAtOnceStayQuietAndMakeOneArchive() throws Exception {
        environment.remove("KEYMGR_ARCHIVE");
        List<Started> started = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            started.add(start(BUILT.resolve("bin/keymgr"), "--version"));
        }

        for (Started each : started) {
            assertThat(each.ended()).isEqualTo(new Run(0, VERSION, ""));
        }
        await().atMost(PATIENCE).until(() -> note(onlyCache()).contains("state=made"));
        await().atMost(PATIENCE).until(() -> names(onlyCache()).noneMatch(name -> name.startsWith("new.")));
    }

    @Test
    void aTruncatedArchiveIsNotGivenToTheJvm() throws Exception {
        environment.remove("KEYMGR_ARCHIVE");
        run(BUILT.resolve("bin/keymgr"), "--make-archive");
        Path cache = onlyCache();
        Path archive = cache.resolve(names(cache)
                .filter(name -> name.startsWith("keymgr."))
                .findFirst()
                .orElseThrow());
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }

        assertThat(run(BUILT.resolve("bin/keymgr"), "--version")).isEqualTo(new Run(0, VERSION, ""));
    }

    @Test
    void anArchiveOfAnEarlierBuildIsNeitherUsedNorKept() throws Exception {
        environment.remove("KEYMGR_ARCHIVE");
        Path home = copyOfTheDistribution("installed");
        run(home.resolve("bin/keymgr"), "--make-archive");
        Path before = onlyCache();
        Files.setLastModifiedTime(home.resolve("lib/keymgr.jar"), FileTime.from(Instant.EPOCH));

        run(home.resolve("bin/keymgr"), "--make-archive");

        assertThat(onlyCache()).isNotEqualTo(before);
    }

    @Test
    void aCheckoutIsBuiltOnceAndAgainWhenASourceIsNewer() throws Exception {
        Path checkout = checkout("echo built >>builds; cp -R '" + BUILT + "' keymgr-cli/target/keymgr;"
                + " touch keymgr-cli/target/keymgr-1.tar.gz");
        Path keymgr = checkout.resolve("keymgr-cli/bin/keymgr");

        Started first = start(keymgr, "--version");
        Started second = start(keymgr, "--version");
        List<Run> both = List.of(first.ended(), second.ended());
        Run later = run(keymgr, "--version");
        assertThat(both).allSatisfy(run -> assertThat(run.out()).as(run.err()).isEqualTo(VERSION));
        assertThat(both)
                .filteredOn(run -> run.err().contains("building keymgr"))
                .hasSize(1);
        assertThat(later).isEqualTo(new Run(0, VERSION, ""));
        assertThat(checkout.resolve("builds")).hasContent("built");

        Path tarball = checkout.resolve("keymgr-cli/target/keymgr-1.tar.gz");
        Files.setLastModifiedTime(tarball, FileTime.from(Instant.EPOCH));
        assertThat(run(keymgr, "--version").err()).contains("sources have changed");
    }

    @Test
    void aFailedBuildShowsItsEnd() throws Exception {
        Path checkout = checkout("echo '[ERROR] something is amiss'; exit 1");

        Run run = run(checkout.resolve("keymgr-cli/bin/keymgr"), "--version");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("something is amiss", "keymgr-cli/target/build.log");
    }

    /** A checkout with a launcher and nothing else, and a mvn that is the given script, run in the checkout's root. */
    private Path checkout(String mvn) throws IOException {
        Path root = folder.resolve("a checkout");
        Path module = Files.createDirectories(root.resolve("keymgr-cli"));
        Files.createDirectories(module.resolve("bin"));
        Files.copy(BUILT.resolve("bin/keymgr"), module.resolve("bin/keymgr"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.writeString(module.resolve("pom.xml"), "<project/>");
        Path tools = script(folder.resolve("tools/mvn"), mvn).getParent();
        environment.put("PATH", tools + ":" + System.getenv("PATH"));
        return root;
    }

    private Path copyOfTheDistribution(String name) throws IOException {
        Path copy = folder.resolve(name);
        try (Stream<Path> files = Files.walk(BUILT)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(BUILT.relativize(file).toString()));
            }
        }
        return copy;
    }

    private static Path script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n", UTF_8);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path onlyCache() throws IOException {
        List<String> names = names(caches.resolve("keymgr")).toList();
        assertThat(names).hasSize(1);
        return caches.resolve("keymgr").resolve(names.get(0));
    }

    private static Stream<String> names(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static List<String> note(Path cache) throws IOException {
        return Files.readAllLines(cache.resolve("archive.properties"));
    }

    private Run run(Path command, String... arguments) throws IOException, InterruptedException {
        return start(command, arguments).ended();
    }

    private Started start(Path command, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(elsewhere.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Started(builder.start(), out, err);
    }
}
