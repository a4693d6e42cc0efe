package dev.keymgr.command;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Everything about one key. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = {"Shows everything known of one key, and its history. Opens no token.", ""},
        footer = {"", "Examples:", "  keymgr key 7UL14tFe", "  keymgr -o json key 7UL1"})
final class KeyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        Instant now = workbench.now();
        KeyLookup found = KeyLookup.require(workbench, kid);
        SigningKey key = found.key();
        List<AuditRecord> history = workbench.audit().about(key.kid());
        Optional<ScheduledRevocation> ordered = found.keyring().revocationOf(key.kid());
        if (root.isJson()) {
            Map<String, Object> view =
                    new LinkedHashMap<>(Views.key(key, found.scope().policy(), now));
            ordered.ifPresent(r -> view.put("scheduledRevocation", Views.revocation(r)));
            view.put("publicKey", key.publicKey().requiredMembers());
            view.put("history", Views.audits(history));
            root.print(view);
            return ExitCodes.DONE;
        }
        print(root.terminal(), key, ordered, now, history);
        return ExitCodes.DONE;
    }

    private static void print(
            Terminal terminal,
            SigningKey key,
            Optional<ScheduledRevocation> ordered,
            Instant now,
            List<AuditRecord> history) {
        Table facts = new Table()
                .row("kid", terminal.style().bold(key.kid().value()))
                .row("scope", key.group().scope().value())
                .row("algorithm", key.algorithm().name())
                .row("state", key.state().name())
                .row("private half", key.privateHalf() + " in " + key.location());
        for (Moment moment : Moment.values()) {
            key.times()
                    .find(moment)
                    .ifPresent(t -> facts.row(
                            moment.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            Times.at(t) + "  " + terminal.style().dim(Times.from(now, t))));
        }
        if (key.compromise() != null) {
            facts.row(
                    "revoked because",
                    key.compromise().reason() + " (cause: " + key.compromise().cause() + ")");
        }
        ordered.ifPresent(r -> facts.row(
                "to be revoked",
                Times.at(r.at()) + "  " + terminal.style().dim(Times.from(now, r.at())) + "  "
                        + r.record().reason() + " (cause: " + r.record().cause() + ")"));
        facts.lines("").forEach(terminal::print);
        terminal.print("");
        Table events = new Table();
        history.forEach(r -> events.row(
                Long.toString(r.sequence()),
                Times.at(r.event().at()),
                r.event().action().id(),
                r.event().actor(),
                AuditCommand.details(r)));
        events.lines("").forEach(terminal::print);
    }
}
