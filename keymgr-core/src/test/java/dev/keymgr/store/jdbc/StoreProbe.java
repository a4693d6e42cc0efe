package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.inventory.InventoryConflictException;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.testkit.SampleKeys;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Another process on the same store: a program for tests to start, talk to and kill. */
public final class StoreProbe {
    private static final PrintStream OUT = System.out;

    private StoreProbe() {}

    /** Its arguments: what to do, the store (a file or a URL), the scope, how often. */
    public static void main(String[] arguments) throws IOException {
        StoreSettings settings = settings(arguments[1]);
        ScopeName scope = new ScopeName(arguments[2]);
        int times = Integer.parseInt(arguments[3]);
        try {
            if (arguments[0].equals("migrate")) {
                JdbcStore.migrate(settings, OpenStores.CLOCK);
                return;
            }
            try (JdbcStore store = JdbcStore.open(settings, OpenStores.CLOCK)) {
                switch (arguments[0]) {
                    case "read" -> say("generation " + store.read(scope).generation());
                    case "write" -> write(store, scope, times);
                    case "hold" -> hold(store, scope);
                    case "lease" -> lease(store, times);
                    default -> throw new IllegalArgumentException(arguments[0]);
                }
            }
        } catch (KeymgrException e) {
            say(e.code() + " " + e.getMessage());
        }
    }

    private static StoreSettings settings(String place) {
        return place.startsWith("jdbc:")
                ? StoreSettings.postgres(place, "postgres", () -> new char[0])
                : StoreSettings.sqlite(Path.of(place));
    }

    /** Adds a key per generation, and says each generation once it is durable. */
    private static void write(JdbcStore store, ScopeName scope, int times) {
        int written = 0;
        while (written < times) {
            Keyring before = store.read(scope);
            try {
                int number = scope.hashCode() + (int) before.generation().value();
                store.replace(before, next(before, number), List.of(event(scope)));
                written++;
                say("generation " + before.generation().next());
            } catch (InventoryConflictException e) {
                // The other process was first: read again.
            }
        }
    }

    private static Keyring next(Keyring before, int number) {
        return before.generated(
                SigningKey.generated(
                        new KeyGroup(before.scope(), SigningAlgorithm.ES256),
                        SampleKeys.location(before.scope().value(), number),
                        SampleKeys.offCurve(number),
                        SampleKeys.START),
                SampleKeys.START);
    }

    private static AuditEvent event(ScopeName scope) {
        return AuditEvent.of(
                SampleKeys.START, "probe", AuditAction.KEY_GENERATED, scope, null, Map.of("padding", "x".repeat(500)));
    }

    private static void hold(JdbcStore store, ScopeName scope) throws IOException {
        try (ScopeLock held = store.lock(scope, Duration.ZERO)) {
            say("held " + (held != null));
            if (System.in.read() < 0) {
                say("the test is gone");
            }
        }
    }

    /** Asks for the lease of one moment so often, and says how often it had it. */
    private static void lease(JdbcStore store, int times) {
        String holder = "pid " + ProcessHandle.current().pid();
        int had = 0;
        for (int i = 0; i < times; i++) {
            if (store.daemons().lease(holder, SampleKeys.START, Duration.ofSeconds(1))) {
                had++;
            }
        }
        say("had it " + had);
    }

    private static void say(String line) {
        OUT.println(line);
        OUT.flush();
    }

    /** Starts one; {@code before} is what runs it: an empty list, or a program that runs a program. */
    static Process start(List<String> before, List<String> virtualMachine, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(virtualMachine);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StoreProbe.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
