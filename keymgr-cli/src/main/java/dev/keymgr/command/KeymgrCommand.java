package dev.keymgr.command;

import dev.keymgr.json.Json;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.Progress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root: options that every command shares, and the workbench that they open. */
@Command(
        name = "keymgr",
        description = {
            "Keeps token-signing keys in PKCS#11 tokens, rolls them over without one rejected token, revokes them in"
                    + " seconds, and publishes one JWKS per trust scope.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Begin with:   keymgr quickstart",
            "Every day:    keymgr status",
            "At 3 a.m.:    keymgr revoke KID --reason '...'",
            "",
            "A KID may be any unique beginning of one. The configuration is --config FILE, $KEYMGR_CONFIG, ./keymgr.yaml,",
            "~/.config/keymgr/keymgr.yaml or /etc/keymgr/keymgr.yaml, the first that is there.",
            "Exit codes: 0 done, 1 check failed, 2 usage or configuration, 20 too early, 21 illegal transition,",
            "22 approval missing, 31 cross-scope, 32 key revoked or expired, 33 otherwise rejected, 40 stale,",
            "50 token, 51 store, 52 publication, 53 done but not recorded yet."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class KeymgrCommand implements Runnable {
    /** Every command, in the order of the help. */
    private static final Map<String, Supplier<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("quickstart", QuickstartCommand::new);
        COMMANDS.put("init", InitCommand::new);
        COMMANDS.put("status", StatusCommand::new);
        COMMANDS.put("keys", KeysCommand::new);
        COMMANDS.put("key", KeyCommand::new);
        COMMANDS.put("history", HistoryCommand::new);
        COMMANDS.put("plan", PlanCommand::new);
        COMMANDS.put("apply", ApplyCommand::new);
        COMMANDS.put("why", WhyCommand::new);
        COMMANDS.put("rotate", RotateCommand::new);
        COMMANDS.put("suspend", SuspendCommand::new);
        COMMANDS.put("resume", ResumeCommand::new);
        COMMANDS.put("revoke", RevokeCommand::new);
        COMMANDS.put("exposure", ExposureCommand::new);
        COMMANDS.put("hold", HoldCommand::new);
        COMMANDS.put("jwks", JwksCommand::new);
        COMMANDS.put("authority", AuthorityCommand::new);
        COMMANDS.put("parties", PartiesCommand::new);
        COMMANDS.put("publish", PublishCommand::new);
        COMMANDS.put("sign", SignCommand::new);
        COMMANDS.put("verify", VerifyCommand::new);
        COMMANDS.put("decisions", DecisionsCommand::new);
        COMMANDS.put("kit", KitCommand::new);
        COMMANDS.put("audit", AuditCommand::new);
        COMMANDS.put("incident", IncidentCommand::new);
        COMMANDS.put("drill", DrillCommand::new);
        COMMANDS.put("doctor", DoctorCommand::new);
        COMMANDS.put("watch", WatchCommand::new);
        COMMANDS.put("daemon", DaemonCommand::new);
        COMMANDS.put("generate-completion", AutoComplete.GenerateCompletion::new);
        COMMANDS.put("help", HelpCommand::new);
    }

    private static final List<String> KID_COMMANDS =
            List.of("key", "why", "suspend", "resume", "revoke", "hold", "incident");

    /** Those whose answer is about other commands. */
    private static final Set<String> OF_OTHERS = Set.of("generate-completion", "help");

    static final String NO_COMMAND = "which command?";

    /** How data is printed. */
    enum Format {
        table,
        json
    }

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration; keymgr --help says where it is looked for.")
    private @Nullable Path config;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            defaultValue = "table",
            description = "How data is printed: ${COMPLETION-CANDIDATES}. The JSON is stable.")
    private Format format = Format.table;

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal;
    private final Machine machine;
    private final Function<Path, Workbench> open;
    private @Nullable Workbench workbench;

    public KeymgrCommand(Terminal terminal, Machine machine, Function<Path, Workbench> open) {
        this.terminal = terminal;
        this.machine = machine;
        this.open = open;
    }

    @Override
    public void run() {
        CommandSpec known = Objects.requireNonNull(spec);
        throw new ParameterException(known.commandLine(), NO_COMMAND);
    }

    Terminal terminal() {
        return terminal;
    }

    Machine machine() {
        return machine;
    }

    boolean isJson() {
        return format == Format.json;
    }

    void print(Map<String, ?> data) {
        terminal.print(Json.renderPretty(data));
    }

    @Nullable
    Path configArgument() {
        return config;
    }

    /** One kid in 64 begins with a dash and must not be taken for options: -hJ0Wwv6 would print help and revoke nothing. */
    private static void admitDashes(CommandLine command) {
        command.getCommandSpec()
                .parser()
                .unmatchedOptionsArePositionalParams(true)
                .posixClusteredShortOptionsAllowed(false);
    }

    /** Opened at the first call. */
    Workbench workbench() {
        Workbench opened = workbench;
        if (opened == null) {
            opened = open(machine.locate(config));
        }
        return opened;
    }

    /** A workbench of its own over a file, which whoever asks closes. */
    Workbench fresh(Path file) {
        return open.apply(file);
    }

    /** Opens a workbench over a file that is known, in place of the one that would be found. */
    Workbench open(Path file) {
        close();
        Workbench opened = open.apply(file);
        workbench = opened;
        return opened;
    }

    /** Whether there is a configuration to open; one that is named and not there is an error, not none. */
    boolean hasConfiguration() {
        return config != null || machine.hasConfiguration();
    }

    /** What is told while steps run. */
    Progress progress() {
        return terminal.interactive() && !isJson() ? this::announce : Progress.NONE;
    }

    private void announce(ScopeName scope, String what) {
        terminal.say(terminal.style().dim(scope + ": " + what + " ..."));
    }

    /** Lets go of what was opened and hands on what was printed. */
    public void close() {
        terminal.out().flush();
        terminal.err().flush();
        Workbench opened = workbench;
        if (opened != null) {
            workbench = null;
            opened.close();
        }
    }

    /**
     * The command line over this root, with one place for errors and exit codes. Building a command by reflection costs
     * milliseconds, so only those are built that the arguments name; all of them where they name none.
     */
    public CommandLine commandLine(String... arguments) {
        CommandLine line = new CommandLine(this);
        List<String> named = COMMANDS.keySet().stream()
                .filter(Arrays.asList(arguments)::contains)
                .toList();
        boolean every = named.isEmpty() || named.stream().anyMatch(OF_OTHERS::contains);
        COMMANDS.forEach((name, command) -> {
            if (every || named.contains(name)) {
                line.addSubcommand(name, command.get());
            }
        });
        line.setOut(terminal.out());
        line.setErr(terminal.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                terminal.style() == Style.ANSI ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        KID_COMMANDS.stream()
                .filter(line.getSubcommands()::containsKey)
                .forEach(name -> admitDashes(subcommand(line, name)));
        Failures failures = new Failures(this);
        line.setParameterExceptionHandler(failures);
        line.setExecutionExceptionHandler(failures);
        if (every) {
            exemplify(subcommand(line, "generate-completion"), "source <(keymgr generate-completion)");
            exemplify(subcommand(line, "help"), "keymgr help revoke")
                    .header(new String[0])
                    .synopsisHeading("Usage: ")
                    .description("Shows what --help of a command shows; without one, that of keymgr.", "");
        }
        return line;
    }

    /** Of the two commands that come with the library. */
    private static UsageMessageSpec exemplify(CommandLine command, String example) {
        return command.getCommandSpec().usageMessage().footer("", "Examples:", "  " + example);
    }

    private static CommandLine subcommand(CommandLine line, String name) {
        return Objects.requireNonNull(line.getSubcommands().get(name), name);
    }
}
