package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.StarterConfig;
import dev.keymgr.config.StarterConfig.Pace;
import dev.keymgr.drill.Scene;
import dev.keymgr.drill.Scene.Bearers;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with everything a drill needs: tokens, a store, keys, and a daemon in a process of its own. Closing it ends the
 * daemon and the token servers and removes the folder, unless it is to be kept; so does the end of this process by a signal.
 * Where the process is killed, the daemon ends by itself and the next drill clears the rest.
 */
final class DrillGround implements AutoCloseable {
    private static final Duration DAEMON_START = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("listens at (http://\\S+);");
    private static final int SECRET_BYTES = 32;
    private static final int REMOVALS_MAX = 10;

    private final KeymgrCommand root;
    private final Path folder;
    private final boolean kept;
    private final DrillMark mark;
    private final Map<ScopeName, Bearers> bearers = new HashMap<>();
    private @Nullable Workbench workbench;
    private @Nullable Process daemon;
    private boolean isOver;
    private final Thread interruption = new Thread(this::end, "keymgr-drill-end");

    private DrillGround(KeymgrCommand root, Path folder, boolean kept, DrillMark mark) {
        this.root = root;
        this.folder = folder;
        this.kept = kept;
        this.mark = mark;
    }

    /**
     * Makes one, and says what it does meanwhile.
     *
     * @param wanted the folder, which is kept; null for one that goes
     */
    static DrillGround make(KeymgrCommand root, @Nullable Path wanted, Consumer<String> said) {
        DrillGround ground = begin(root, wanted);
        Runtime.getRuntime().addShutdownHook(ground.interruption);
        try {
            ground.furnish(said);
            return ground;
        } catch (RuntimeException e) {
            ground.close();
            throw e;
        }
    }

    private static DrillGround begin(KeymgrCommand root, @Nullable Path wanted) {
        try {
            Path folder = wanted == null ? Files.createTempDirectory(DrillMark.PREFIX) : kept(root, wanted);
            return new DrillGround(root, folder, wanted != null, DrillMark.set(folder));
        } catch (IOException e) {
            throw new KeymgrException(ErrorCode.USAGE, "cannot make a folder for the drill: " + e, e);
        }
    }

    private static Path kept(KeymgrCommand root, Path wanted) throws IOException {
        Path folder = root.machine().directory().resolve(wanted).normalize();
        if (DrillMark.isAbandoned(folder)) {
            String word = ShellWord.of(folder.toString());
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "--keep " + folder + " holds what a killed drill left, and its token servers may still run; nothing"
                            + " was done; clear it: hsm-config/hsm down --home " + word + " && rm -r " + word);
        }
        if (Files.exists(folder)) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "--keep " + folder + " is there already; a drill begins with nothing; nothing was done");
        }
        return Files.createDirectories(folder);
    }

    /** What killed drills left: their daemons have ended, their token servers have not. */
    private void sweep(Consumer<String> said) {
        try {
            DrillMark.sweep(Path.of(System.getProperty("java.io.tmpdir")), folder, left -> {
                try {
                    stopTokens(left);
                    remove(left);
                    said.accept("cleared " + left + ", which a killed drill left");
                } catch (KeymgrException e) {
                    root.terminal()
                            .say("a killed drill left " + left + " and perhaps token servers: " + e.getMessage());
                }
            });
        } catch (IOException e) {
            root.terminal().say("not looked for what killed drills left: " + e);
        }
    }

    /** Whoever interrupts it waits for its end: what is started meanwhile would be left behind. */
    private synchronized void furnish(Consumer<String> said) {
        sweep(said);
        Path file = Starter.ensure(root, folder, Pace.DRILL, unpackedBefore());
        secrets();
        Workbench opened = root.fresh(file);
        workbench = opened;
        new Setup(opened, root.machine(), line -> {}).run();
        said.accept("tokens, store and authorities in " + folder);
        Lifecycle lifecycle = opened.lifecycle(Progress.NONE);
        for (ScopeName scope : opened.config().scopes().keySet()) {
            Advance advance = lifecycle.advance(scope);
            advance.firstError().ifPresent(e -> {
                throw e;
            });
        }
        said.accept("keys and documents of " + opened.config().scopes().keySet());
        daemon = start(file);
    }

    /** A drill works without a network where there is a simulated HSM already. */
    private @Nullable Path unpackedBefore() {
        if (!root.hasConfiguration()) {
            return null;
        }
        Path software = root.workbench().config().file().resolveSibling("hsm").resolve("software");
        return Files.isDirectory(software) ? software : null;
    }

    private void secrets() {
        try {
            Path secrets = Files.createDirectories(folder.resolve("secrets"));
            for (ScopeName scope : List.of(Scene.CONSUMER, Scene.ENTERPRISE)) {
                Bearers made = new Bearers(StarterConfig.DRILL_PARTY, secret(), secret());
                Setup.write(secrets.resolve(scope + ".events"), made.events().getBytes(StandardCharsets.US_ASCII));
                Setup.write(
                        secrets.resolve(scope + ".decisions"), made.decisions().getBytes(StandardCharsets.US_ASCII));
                bearers.put(scope, made);
            }
        } catch (IOException e) {
            throw new KeymgrException(ErrorCode.CONFIG_INVALID, "cannot write into " + folder + ": " + e, e);
        }
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        root.machine().random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** As this process was started, with another command: the daemon is the daemon, and no part of the drill. */
    private Process start(Path file) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.keymgr.Main"));
        command.addAll(List.of("-c", file.toString(), "daemon", "--name", "drill", "--until-eof"));
        try { // its standard input is a pipe that nobody writes to, and that the kernel closes when this process dies
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(folder.resolve("daemon.out").toFile())
                    .redirectError(log().toFile())
                    .start();
        } catch (IOException e) {
            throw new KeymgrException(ErrorCode.CHECK_FAILED, "the daemon of the drill was not started: " + e, e);
        }
    }

    private Path log() {
        return folder.resolve("daemon.log");
    }

    Scene scene() {
        Workbench opened = workbench();
        return new Scene(
                opened,
                opened.tokens(),
                opened::signer,
                scope -> keys(opened, scope),
                root.machine().random(),
                address(),
                bearers);
    }

    private static InventoryKeys keys(Workbench opened, ScopeConfig scope) {
        return InventoryKeys.read(opened, scope, opened.now());
    }

    private Workbench workbench() {
        Workbench opened = workbench;
        if (opened == null) {
            throw new IllegalStateException("the ground is not furnished");
        }
        return opened;
    }

    private URI address() {
        long end = System.nanoTime() + DAEMON_START.toNanos();
        while (System.nanoTime() < end) {
            String said = said();
            Matcher matcher = ADDRESS.matcher(said);
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
            Process running = daemon;
            if (running == null || !running.isAlive()) {
                break;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new KeymgrException(ErrorCode.CHECK_FAILED, "the daemon of the drill does not run: " + said().strip());
    }

    private String said() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Says what could not be ended, and removes the folder all the same. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(interruption);
        } catch (IllegalStateException e) {
            // the process is ending, and calls it itself
        }
        end();
    }

    private synchronized void end() {
        if (isOver) {
            return;
        }
        isOver = true;
        Process running = daemon;
        daemon = null;
        if (running != null) {
            end(running);
        }
        Workbench opened = workbench;
        workbench = null;
        if (opened != null) {
            opened.close();
        }
        try {
            stopTokens(folder);
        } catch (KeymgrException e) {
            root.terminal().say("the token servers of the drill may still run: " + e.getMessage());
        } finally {
            if (!kept) {
                remove(folder);
            }
            unmark();
        }
    }

    private void unmark() {
        try {
            mark.close();
        } catch (IOException e) {
            root.terminal().say("the mark of a drill under way is left in " + folder + ": " + e);
        }
    }

    private void stopTokens(Path home) {
        if (hasTokens(home)) {
            SimulatedHsm.in(root.machine().installation()).down(home);
        }
    }

    private static boolean hasTokens(Path home) {
        try (Stream<Path> labels = Files.list(home.resolve("hsm"))) {
            return labels.anyMatch(label -> Files.isDirectory(label.resolve("tokens")));
        } catch (IOException e) {
            return false;
        }
    }

    private static void end(Process running) {
        running.destroy();
        try {
            if (!running.waitFor(10, TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Tries again where something was still being written. */
    private void remove(Path top) {
        for (int attempt = 1; Files.exists(top); attempt++) {
            try (Stream<Path> all = Files.walk(top)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            } catch (IOException | UncheckedIOException e) {
                if (attempt == REMOVALS_MAX) {
                    root.terminal().say("what the drill made is left in " + top + ": " + e + "; remove it by hand");
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
    }
}
