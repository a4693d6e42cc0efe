package dev.keymgr.command;

import dev.keymgr.config.StarterConfig.Pace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What a configuration needs before the first key. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {
            "Makes what the configuration names and is not there yet: PIN files, tokens, the store (or brings it up to date), sink"
                    + " folders; without a configuration also keymgr.yaml itself, over the simulated HSM. Overwrites nothing; safe to"
                    + " repeat. Makes no key: that is apply's.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr init",
            "  keymgr init /srv/keymgr",
            "  keymgr --config /etc/keymgr/keymgr.yaml init"
        })
final class InitCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR",
            description = "Where keymgr.yaml is, or is to be written.")
    private @Nullable Path folder;

    @Option(names = "--fast", description = "A new keymgr.yaml rolls in seconds instead of days, to watch it.")
    private boolean fast;

    @Option(names = "--dry-run", description = "Only say whether there is a configuration.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Machine machine = root.machine();
        List<String> report = new ArrayList<>();
        if (dryRun) {
            Path file = folder == null
                    ? machine.locate(root.configArgument())
                    : resolve(machine).resolve("keymgr.yaml");
            report.add("would make what " + file + " names and is not there");
        } else {
            Workbench workbench = folder == null
                    ? root.workbench()
                    : root.open(Starter.ensure(root, resolve(machine), fast ? Pace.SECONDS : Pace.DAYS));
            report.add("config     " + workbench.config().file());
            new Setup(workbench, machine, report::add).run();
        }
        if (root.isJson()) {
            root.print(Map.of("report", report));
        } else {
            report.forEach(root.terminal()::print);
        }
        return ExitCodes.DONE;
    }

    private Path resolve(Machine machine) {
        return machine.directory().resolve(Objects.requireNonNull(folder)).normalize();
    }
}
