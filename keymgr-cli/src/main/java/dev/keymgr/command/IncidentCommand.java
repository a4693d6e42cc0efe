package dev.keymgr.command;

import dev.keymgr.incident.Account;
import dev.keymgr.incident.AccountWriter;
import dev.keymgr.incident.Cause;
import dev.keymgr.incident.Incidents;
import dev.keymgr.incident.Statement.Certainty;
import dev.keymgr.incident.Statement.Confidence;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Timing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The account of a stolen key. */
@Command(
        name = "incident",
        mixinStandardHelpOptions = true,
        description = {
            "Opens an incident of a key, adds what people find to its account, and prints the account: what was observed, what is"
                    + " inferred and how surely, and what is not known, each with the audit records that it rests on; the times to"
                    + " detect and to mitigate beside those of Storm-0558. All of it is recorded in the chain, so a revision never"
                    + " loses what was said before.",
            "A cause is confirmed only with a file as evidence; its name and SHA-256 are recorded, the file stays where it is.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr incident open 7UL14tFe --reason 'mail reports tokens of ours for unknown sessions'",
            "  keymgr incident note 7UL14tFe --inferred 'taken from the build host' --confidence medium",
            "  keymgr incident cause 7UL14tFe --confirmed 'the PIN was in a log' --evidence build-4711.log",
            "  keymgr incident report 7UL14tFe > incident.md",
            "  keymgr incident report 7UL14tFe --page incident.html",
            "  keymgr incident close 7UL14tFe --reason 'key revoked, all relying parties confirmed'"
        })
final class IncidentCommand implements Callable<Integer> {
    /** What is to be done. */
    enum Action {
        open,
        note,
        cause,
        close,
        report;

        /** Those that go with it. */
        List<String> options() {
            return switch (this) {
                case open -> List.of("--reason", "--noticed-at");
                case note -> List.of("--observed", "--inferred", "--unknown", "--confidence", "--evidence");
                case cause -> List.of("--suspected", "--confirmed", "--evidence");
                case close -> List.of("--reason");
                case report -> List.of("--page");
            };
        }
    }

    @Spec
    private @Nullable CommandSpec spec;

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "ACTION", description = "One of ${COMPLETION-CANDIDATES}.")
    private Action action = Action.report;

    @Parameters(index = "1", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why it is opened, or what was found when it is closed.")
    private @Nullable String reason;

    @Option(
            names = "--noticed-at",
            paramLabel = "TIME",
            description = "When the first sign was seen, in ISO-8601; now unless said.")
    private @Nullable String noticedAt;

    @Option(names = "--observed", paramLabel = "TEXT", description = "Note: somebody saw this.")
    private @Nullable String observed;

    @Option(
            names = "--inferred",
            paramLabel = "TEXT",
            description = "Note: this follows from something; see --confidence.")
    private @Nullable String inferred;

    @Option(names = "--unknown", paramLabel = "TEXT", description = "Note: this is not known, and matters.")
    private @Nullable String unknown;

    @Option(
            names = "--confidence",
            paramLabel = "LEVEL",
            description = "How sure an inference is: ${COMPLETION-CANDIDATES}.")
    private @Nullable Confidence confidence;

    @Option(names = "--suspected", paramLabel = "TEXT", description = "The cause, as far as it is believed.")
    private @Nullable String suspected;

    @Option(names = "--confirmed", paramLabel = "TEXT", description = "The cause, proved by --evidence.")
    private @Nullable String confirmed;

    @Option(names = "--evidence", paramLabel = "FILE", description = "What proves it.")
    private @Nullable Path evidence;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "Report: write a page to print, in HTML, to a new file.")
    private @Nullable Path page;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        refuseOthersOptions();
        Workbench workbench = root.workbench();
        KeyLookup found = KeyLookup.require(workbench, kid);
        ScopeName scope = found.scope().scope().name();
        Kid key = found.key().kid();
        Incidents incidents = new Incidents(workbench.audit(), workbench.clock(), workbench.actor());
        switch (action) {
            case open -> incidents.open(scope, key, text("--reason", reason), noticed(workbench.now()));
            case note -> note(root, incidents, scope, key);
            case cause -> cause(root, incidents, scope, key);
            case close -> incidents.close(scope, key, text("--reason", reason));
            case report -> {
                // nothing is recorded
            }
        }
        Account account = AccountWriter.write(key, workbench.audit().about(key), trustEnds(found))
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.CHECK_FAILED,
                        "no incident of " + key.prefix() + " was ever opened; open one with: keymgr incident open "
                                + key.prefix() + " --reason TEXT"));
        print(root, account);
        return ExitCodes.DONE;
    }

    private void refuseOthersOptions() {
        for (OptionSpec given :
                Objects.requireNonNull(spec).commandLine().getParseResult().matchedOptions()) {
            String name = given.longestName();
            if (!given.inherited() && !action.options().contains(name)) {
                throw new KeymgrException(
                        ErrorCode.USAGE,
                        name + " does not go with " + action + ", which takes " + String.join(", ", action.options())
                                + "; nothing was recorded");
            }
        }
    }

    private static @Nullable Instant trustEnds(KeyLookup found) {
        SigningKey key = found.key();
        return key.times().find(Moment.REMOVED).isEmpty()
                ? null
                : new Timing(found.scope().policy()).trustEnds(key).result();
    }

    private void print(KeymgrCommand root, Account account) {
        IncidentReport report = new IncidentReport(account, root.workbench().now());
        if (page != null) {
            write(root, page, report.html());
        }
        if (root.isJson()) {
            root.print(report.members());
        } else if (action == Action.report && page == null) {
            root.terminal().print(report.markdown().stripTrailing());
        } else {
            root.terminal()
                    .print("incident of " + account.kid().prefix() + ", revision " + account.revision()
                            + (account.closedAt() == null ? ", open" : ", closed")
                            + (page == null
                                    ? "; read it with: keymgr incident report "
                                            + account.kid().prefix()
                                    : ""));
        }
    }

    private static void write(KeymgrCommand root, Path file, String html) {
        Path path = root.machine().directory().resolve(file);
        try {
            Setup.write(path, html.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "cannot write " + path + ": " + e + "; name a file that is not there yet", e);
        }
    }

    private void note(KeymgrCommand root, Incidents incidents, ScopeName scope, Kid key) {
        if (Stream.of(observed, inferred, unknown).filter(Objects::nonNull).count() != 1) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "a note is one of --observed, --inferred and --unknown; nothing was recorded");
        }
        Certainty certainty =
                observed != null ? Certainty.OBSERVED : inferred != null ? Certainty.INFERRED : Certainty.UNKNOWN;
        if ((certainty == Certainty.INFERRED) != (confidence != null)) {
            throw new KeymgrException(ErrorCode.USAGE, "--inferred and --confidence go together; nothing was recorded");
        }
        String said = observed != null ? observed : inferred != null ? inferred : unknown;
        incidents.note(scope, key, certainty, confidence, text("the note", said), evidence(root));
    }

    private void cause(KeymgrCommand root, Incidents incidents, ScopeName scope, Kid key) {
        if ((suspected == null) == (confirmed == null)) {
            throw new KeymgrException(ErrorCode.USAGE, "a cause is --suspected or --confirmed; nothing was recorded");
        }
        incidents.cause(
                scope,
                key,
                confirmed != null ? Cause.Standing.CONFIRMED : Cause.Standing.SUSPECTED,
                text("the cause", confirmed != null ? confirmed : suspected),
                evidence(root));
    }

    private static String text(String option, @Nullable String text) {
        String said = text == null ? "" : text;
        Input.requireText(option, said);
        return said;
    }

    private @Nullable Instant noticed(Instant now) {
        String text = noticedAt;
        return text == null
                ? null
                : Input.instant(text)
                        .filter(instant -> !instant.isAfter(now))
                        .orElseThrow(() -> new KeymgrException(
                                ErrorCode.USAGE,
                                "--noticed-at '" + text
                                        + "' is not an instant in the past; write for example 2026-11-01T00:00:00Z"));
    }

    private Cause.@Nullable Evidence evidence(KeymgrCommand root) {
        if (evidence == null) {
            return null;
        }
        Path path = root.machine().directory().resolve(evidence);
        try (InputStream in = Files.newInputStream(path);
                DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(java.io.OutputStream.nullOutputStream());
            return new Cause.Evidence(
                    path.getFileName().toString(),
                    HexFormat.of().formatHex(digesting.getMessageDigest().digest()));
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "cannot read the evidence " + path + ": " + e + "; nothing was recorded", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
