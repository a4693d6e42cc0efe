package dev.keymgr.command;

import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The chained record. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the newest audit records, checks the whole chain, or exports it as JSON lines. Opens no token.",
            "--verify prints the head, SEQUENCE:HASH; kept elsewhere and given back with --head it shows a cut-off end too.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr audit",
            "  keymgr audit --verify",
            "  keymgr audit --verify --head 812:5f0c...",
            "  keymgr audit --export > audit.jsonl"
        })
final class AuditCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;
    private static final int LAST_MAX = 10_000;
    private static final Pattern HEAD = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            defaultValue = "20",
            description = "How many to show; ${DEFAULT-VALUE}.")
    private int last = 20;

    @Option(names = "--verify", description = "Check every record and the chain between them; exit 1 where it breaks.")
    private boolean verify;

    @Option(
            names = "--head",
            paramLabel = "SEQ:HASH",
            description = "With --verify: a head seen earlier must still be in it.")
    private @Nullable String head;

    @Option(names = "--export", description = "Print every record, one JSON object a line.")
    private boolean export;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        requireSense();
        AuditLog audit = root.workbench().audit();
        if (verify) {
            return verify(root, audit);
        }
        if (export) {
            each(audit, r -> root.terminal().print(new String(Json.render(Views.audit(r)), StandardCharsets.UTF_8)));
            return ExitCodes.DONE;
        }
        List<AuditRecord> records = audit.latest(last);
        if (root.isJson()) {
            root.print(Map.of("records", Views.audits(records)));
            return ExitCodes.DONE;
        }
        Style style = root.terminal().style();
        Table table = new Table();
        records.forEach(r -> table.row(
                style.dim(Long.toString(r.sequence())),
                Times.at(r.event().at()),
                r.event().scope().value(),
                r.event().action().id(),
                r.event().kid() == null ? "" : r.event().kid().prefix(),
                style.dim(r.event().actor()),
                details(r)));
        table.lines("").forEach(root.terminal()::print);
        return ExitCodes.DONE;
    }

    private void requireSense() {
        if (last < 1 || last > LAST_MAX) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "--last " + last + " is not 1 to " + LAST_MAX + "; all of them: keymgr audit --export");
        }
        if (head != null && !verify) {
            throw new KeymgrException(ErrorCode.USAGE, "--head '" + head + "' says nothing without --verify");
        }
        if (export && verify) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "--export and --verify are two commands; run one after the other");
        }
    }

    private interface Visit {
        void see(AuditRecord record);
    }

    private static void each(AuditLog audit, Visit visit) {
        long after = 0;
        List<AuditRecord> page = audit.read(after, PAGE);
        while (!page.isEmpty()) {
            page.forEach(visit::see);
            after = page.get(page.size() - 1).sequence();
            page = audit.read(after, PAGE);
        }
    }

    private int verify(KeymgrCommand root, AuditLog audit) {
        Optional<AuditChain.Head> remembered = remembered();
        AuditChain.Head reached = AuditChain.START;
        boolean met = remembered.isEmpty() || remembered.get().equals(reached);
        List<AuditRecord> page = audit.read(0, PAGE);
        while (!page.isEmpty()) {
            Optional<AuditChain.Break> broken = AuditChain.firstBreakAfter(reached, page);
            if (broken.isPresent()) {
                throw new KeymgrException(
                        ErrorCode.AUDIT_BROKEN,
                        "the record breaks at " + broken.get().sequence() + ": "
                                + broken.get().reason()
                                + "; whoever can write to the store changed it; keep the store as it is and compare with"
                                + " an export");
            }
            for (AuditRecord record : page) {
                met |= remembered.isPresent() && AuditChain.Head.of(record).equals(remembered.get());
            }
            reached = AuditChain.Head.of(page.get(page.size() - 1));
            page = audit.read(reached.sequence(), PAGE);
        }
        if (!met) {
            throw new KeymgrException(
                    ErrorCode.AUDIT_BROKEN,
                    "the record ends at " + reached.sequence()
                            + " and does not hold the head that was given; its end was cut"
                            + " off or it was replaced");
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("intact", true);
        view.put("records", reached.sequence());
        view.put("head", reached.sequence() + ":" + reached.hash());
        if (root.isJson()) {
            root.print(view);
        } else {
            root.terminal().print("intact, " + reached.sequence() + " records, head " + view.get("head"));
        }
        return ExitCodes.DONE;
    }

    private Optional<AuditChain.Head> remembered() {
        String text = head;
        if (text == null) {
            return Optional.empty();
        }
        Matcher matcher = HEAD.matcher(text);
        if (!matcher.matches()) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "--head '" + text + "' is not SEQUENCE:HASH as keymgr audit --verify prints it");
        }
        return Optional.of(new AuditChain.Head(Long.parseLong(matcher.group(1)), matcher.group(2)));
    }

    static String details(AuditRecord record) {
        return record.event().details().entrySet().stream()
                .filter(e -> !e.getKey().equals("kids") && !e.getKey().equals("cka-id"))
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    }
}
