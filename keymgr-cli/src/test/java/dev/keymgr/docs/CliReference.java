package dev.keymgr.docs;

import dev.keymgr.command.KeymgrCommand;
import dev.keymgr.command.Machine;
import dev.keymgr.command.Style;
import dev.keymgr.command.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** docs/reference/cli.md: the help text of every command, as {@code --help} prints it on a wide, colourless terminal. */
final class CliReference {
    private static final int WIDTH = 100;

    private CliReference() {}

    static String render() {
        CommandLine root = root();
        StringBuilder page = new StringBuilder("""
                # Commands

                Made from the commands themselves; do not edit. To make it anew:
                `mvn -pl keymgr-cli -am test -Dkeymgr.docs.write=true`

                What every exit code means: [exit-codes.md](exit-codes.md). What every `[KM-...]` means:
                [error-codes.md](error-codes.md). The JSON of each command: [json.md](json.md).

                """);
        page.append(root.getSubcommands().keySet().stream()
                .map(name -> "[" + name + "](#keymgr-" + name + ")")
                .collect(Collectors.joining(" · ")));
        page.append("\n");
        section(page, "keymgr", root);
        root.getSubcommands().forEach((name, command) -> section(page, "keymgr " + name, command));
        return page.toString();
    }

    /** The names of all commands, for the pages that must not miss one. */
    static List<String> commands() {
        return List.copyOf(root().getSubcommands().keySet());
    }

    private static void section(StringBuilder page, String title, CommandLine command) {
        String help = command.getUsageMessage(Ansi.OFF)
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .strip();
        page.append("\n## ").append(title).append("\n\n```text\n").append(help).append("\n```\n");
    }

    private static CommandLine root() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(InputStream.nullInputStream(), nowhere, nowhere, Style.PLAIN, false);
        Machine machine = new Machine(
                Map.of(),
                Path.of("/"),
                Path.of("/"),
                null,
                "nobody",
                random(),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        CommandLine root = new KeymgrCommand(terminal, machine, file -> {
                    throw new IllegalStateException("help opens no configuration: " + file);
                })
                .commandLine();
        Stream.concat(Stream.of(root), root.getSubcommands().values().stream()).forEach(line -> {
            line.setUsageHelpAutoWidth(false);
            line.setUsageHelpWidth(WIDTH);
        });
        return root;
    }

    /** Help draws no random numbers; a machine merely has a source of them. */
    private static SecureRandom random() {
        try {
            return SecureRandom.getInstance("SHA1PRNG");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
