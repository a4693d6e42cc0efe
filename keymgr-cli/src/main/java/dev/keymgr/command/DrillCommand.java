package dev.keymgr.command;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.drill.Checks;
import dev.keymgr.drill.Checks.Check;
import dev.keymgr.drill.RotateDrill;
import dev.keymgr.drill.StormDrill;
import dev.keymgr.incident.Account;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.TypeConversionException;

/** An emergency, or an everyday roll, played through. */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        description = {
            "Plays an emergency, or a planned roll, in a throw-away pair of scopes with tokens, a store and a daemon of their own:"
                    + " nothing of yours is touched. Where there is a configuration, the audit record says that it was drilled.",
            "storm-0558: somebody has the use of the consumer key and goes for enterprise in every way known here; each refusal and"
                    + " what refused it, the alarm, the revocation until the last verifier trusts the key no more, the account.",
            "rotate: a planned roll under verifiers of both kinds, without one token refused.",
            "Exit 0 only when everything held, else 1. Ten to twenty seconds.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr drill storm-0558",
            "  keymgr drill storm-0558 --keep /tmp/storm     and look around afterwards",
            "  keymgr drill rotate -o json"
        })
final class DrillCommand implements Callable<Integer> {
    /** What can be drilled. */
    enum Kind {
        STORM("storm-0558"),
        ROTATE("rotate");

        private final String called;

        Kind(String called) {
            this.called = called;
        }

        @Override
        public String toString() {
            return called;
        }
    }

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(
            index = "0",
            paramLabel = "DRILL",
            converter = KindConverter.class,
            description = "storm-0558 or rotate.")
    private Kind kind = Kind.STORM;

    @Option(names = "--keep", paramLabel = "DIR", description = "Make it there, and leave it there.")
    private @Nullable Path keep;

    /** By the name that people type. */
    static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            for (Kind each : Kind.values()) {
                if (each.called.equals(text)) {
                    return each;
                }
            }
            throw new TypeConversionException("'" + text + "' is no drill; there are storm-0558 and rotate");
        }
    }

    @Override
    public Integer call() throws IOException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        long begin = System.nanoTime();
        Checks checks = new Checks(check -> tell(root, check));
        Optional<Account> account = play(root, checks);
        long seconds = (System.nanoTime() - begin) / 1_000_000_000L;
        record(root, checks);
        if (root.isJson()) {
            root.print(view(checks, seconds));
        } else {
            account.ifPresent(a -> {
                root.terminal().print("");
                new IncidentReport(a, a.openedAt()).timesTable().forEach(root.terminal()::print);
            });
            root.terminal().print("");
            long held = checks.all().stream().filter(Check::held).count();
            Style style = root.terminal().style();
            String sum = held + " of " + checks.all().size() + " held, in " + seconds + " s";
            root.terminal().print(kind + ": " + (checks.allHeld() ? style.good(sum) : style.bad(sum)));
        }
        return checks.allHeld() ? ExitCodes.DONE : ExitCodes.CHECK_FAILED;
    }

    private Optional<Account> play(KeymgrCommand root, Checks checks) throws IOException {
        Terminal terminal = root.terminal();
        try (DrillGround ground = DrillGround.make(
                root, keep, line -> terminal.say(terminal.style().dim(line)))) {
            if (kind == Kind.ROTATE) {
                new RotateDrill(ground.scene(), checks).run();
                return Optional.empty();
            }
            Optional<Account> account = new StormDrill(ground.scene(), checks).run();
            if (keep != null && account.isPresent()) {
                Path report = root.machine().directory().resolve(keep).resolve("incident.md");
                Files.write(
                        report,
                        new IncidentReport(account.get(), account.get().openedAt())
                                .markdown()
                                .getBytes(StandardCharsets.UTF_8));
                terminal.say("the account is in " + report);
            }
            return account;
        }
    }

    private static void tell(KeymgrCommand root, Check check) {
        if (!root.isJson()) {
            Style style = root.terminal().style();
            root.terminal()
                    .print((check.held() ? style.good("held  ") : style.bad("FAILED")) + " " + check.part() + ": "
                            + check.what() + style.dim("  " + check.says()));
            root.terminal().out().flush();
        }
    }

    /** In the record of what is drilled for, where there is one: an auditor asks when it was last done. */
    private void record(KeymgrCommand root, Checks checks) {
        if (!root.hasConfiguration() || !root.workbench().hasStore()) {
            return;
        }
        Workbench workbench = root.workbench();
        long held = checks.all().stream().filter(Check::held).count();
        Map<String, String> details = Map.of(
                "drill", kind.called, "held", held + " of " + checks.all().size());
        List<AuditEvent> events = workbench.config().scopes().keySet().stream()
                .map(scope -> AuditEvent.of(
                        workbench.now(), workbench.actor(), AuditAction.DRILL_PLAYED, scope, null, details))
                .toList();
        workbench.audit().append(events);
    }

    private Map<String, Object> view(Checks checks, long seconds) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("drill", kind.called);
        view.put("held", checks.allHeld());
        view.put("seconds", seconds);
        view.put(
                "checks",
                checks.all().stream()
                        .map(c -> {
                            Map<String, Object> check = new LinkedHashMap<>();
                            check.put("part", c.part());
                            check.put("what", c.what());
                            check.put("held", c.held());
                            check.put("says", c.says());
                            return check;
                        })
                        .toList());
        return view;
    }
}
