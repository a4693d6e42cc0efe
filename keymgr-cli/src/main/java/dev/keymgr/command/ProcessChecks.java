package dev.keymgr.command;

import dev.keymgr.command.Examination.Check;
import dev.keymgr.command.Examination.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this process is run: whether a crash or a tool could write its memory to a disk, and whether it starts fast. */
final class ProcessChecks {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path CORE_PATTERN = Path.of("/proc/sys/kernel/core_pattern");

    private ProcessChecks() {}

    static List<Check> run(Machine machine) {
        List<Check> checks = new ArrayList<>();
        checks.add(coreDumps());
        checks.add(attach());
        checks.add(archive());
        checks.add(
                machine.environment().containsKey("SOFTHSM2_CONF")
                        ? new Check(
                                "environment", Result.note, "SOFTHSM2_CONF is set; the isolated mode does not need it")
                        : new Check("environment", Result.ok, "no setting of a token library"));
        return checks;
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
        List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
        // Of two that contradict each other the JVM takes the last.
        boolean off = arguments.lastIndexOf("-XX:+DisableAttachMechanism")
                > arguments.lastIndexOf("-XX:-DisableAttachMechanism");
        return off
                ? new Check("attach", Result.ok, "off: no tool can dump this JVM's heap")
                : new Check(
                        "attach",
                        Result.failed,
                        "open: run keymgr by its launcher, or add -XX:+DisableAttachMechanism");
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
