package dev.keymgr.command;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.keymgr.command.Examination.Check;
import dev.keymgr.command.Examination.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How this process is run: whether a crash or a tool could write its memory to a disk, and whether it starts fast. */
final class ProcessChecks {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path CORE_PATTERN = Path.of("/proc/sys/kernel/core_pattern");

    private ProcessChecks() {}

    static List<Check> run(Machine machine) {
        List<Check> checks = new ArrayList<>(memory());
        checks.add(archive());
        checks.add(
                machine.environment().containsKey("SOFTHSM2_CONF")
                        ? new Check(
                                "environment", Result.note, "SOFTHSM2_CONF is set; the isolated mode does not need it")
                        : new Check("environment", Result.ok, "no setting of a token library"));
        return checks;
    }

    /** Whether the memory of this process, where PINs are, can reach a disk or another program. */
    static List<Check> memory() {
        return List.of(coreDumps(), attach(), heapDumps(), debugger());
    }

    /** A piped core pattern is not bound by the limit (core(5)), so both are looked at. */
    private static Check coreDumps() {
        try {
            boolean limited = Files.readAllLines(LIMITS).stream()
                    .anyMatch(l -> l.startsWith("Max core file size") && l.matches("Max core file size\\s+0\\s.*"));
            boolean piped = Files.readString(CORE_PATTERN).startsWith("|");
            if (!limited) {
                return new Check("core dumps", Result.failed, "the core limit is not 0; run keymgr by its launcher");
            }
            return piped
                    ? new Check(
                            "core dumps", Result.note, "limit 0, but kernel.core_pattern is a pipe, which ignores it")
                    : new Check("core dumps", Result.ok, "limit 0, pattern no pipe");
        } catch (IOException e) {
            return new Check("core dumps", Result.unknown, "cannot be read here: " + e.getMessage());
        }
    }

    private static Check attach() {
        return isOn("DisableAttachMechanism")
                ? new Check("attach", Result.ok, "off: no tool can dump this JVM's heap")
                : new Check(
                        "attach",
                        Result.failed,
                        "open: run keymgr by its launcher, or add -XX:+DisableAttachMechanism");
    }

    private static Check heapDumps() {
        return isOn("HeapDumpOnOutOfMemoryError")
                ? new Check(
                        "heap dumps",
                        Result.failed,
                        "written when memory runs out; take -XX:+HeapDumpOnOutOfMemoryError away")
                : new Check("heap dumps", Result.ok, "none when memory runs out");
    }

    /** A debugger and JMX each read the heap too, whatever the attach mechanism says. */
    private static Check debugger() {
        Optional<String> opening = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("-agentlib:jdwp")
                        || a.startsWith("-Xrunjdwp")
                        || a.startsWith("-Dcom.sun.management.jmxremote"))
                .findFirst();
        return opening.isPresent()
                ? new Check(
                        "debugger",
                        Result.failed,
                        "let in; take " + opening.get().split("=", 2)[0] + " away")
                : new Check("debugger", Result.ok, "no debugger and no JMX from outside");
    }

    /** As the JVM took it, whichever of several options won. */
    private static boolean isOn(String option) {
        return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption(option)
                .getValue());
    }

    private static Check archive() {
        String state = System.getProperty("keymgr.archive", "");
        return switch (state) {
            case "present" -> new Check("class archive", Result.ok, "in use");
            case "absent" ->
                new Check("class archive", Result.note, "being made or missing; make it now: keymgr --make-archive");
            default -> new Check("class archive", Result.note, "unknown: keymgr was not run by its launcher");
        };
    }
}
