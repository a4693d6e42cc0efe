package dev.keymgr.command;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Succession;
import dev.keymgr.rollover.Timing;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The end of trust in a key. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = {
            "Ends trust in a key for ever: signing stops, a ready standby takes over, the document without it is written. One"
                    + " command, one person, whatever state the key is in; safe to repeat.",
            "Unless the cause is the key alone, standbys in the same token are revoked with it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr revoke 7UL14tFe --reason 'seen on a paste site' --dry-run",
            "  keymgr revoke 7UL14tFe --reason 'HSM operator account taken over' --cause token",
            "  keymgr revoke 7UL14tFe --reason 'leaked in a backup' --cause key --invalid-from 2026-11-01T00:00:00Z"
        })
final class RevokeCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, in your words; it is recorded.")
    private String reason = "";

    @Option(
            names = "--cause",
            paramLabel = "CAUSE",
            defaultValue = "unknown",
            description = "How far the damage may reach: key, token, host or unknown (the default).")
    private Cause cause = Cause.UNKNOWN;

    @Option(
            names = "--invalid-from",
            paramLabel = "TIME",
            description = "The earliest moment it may have been in other hands, in ISO-8601; now unless said.")
    private @Nullable String invalidFrom;

    @Option(names = "--hold-issuance", description = "When no standby is ready: sign nothing until one is.")
    private boolean holdIssuance;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Input.requireText("--reason", reason);
        Workbench workbench = root.workbench();
        KeyLookup found = KeyLookup.require(workbench, kid);
        Set<Kid> burnt = Succession.burntBy(found.keyring(), found.key().kid(), cause);
        Instant now = workbench.now();
        if (dryRun) {
            return foretell(root, found, burnt, now);
        }
        Compromise record = new Compromise(reason, cause, invalidFrom(now));
        Advance advance = workbench
                .lifecycle(root.progress())
                .emergency()
                .revoke(
                        found.scope().scope().name(),
                        found.key().kid(),
                        record,
                        holdIssuance ? Issuance.MAY_STOP : Issuance.MUST_GO_ON);
        int exit = Advances.print(root, List.of(advance));
        if (!root.isJson()) {
            exposure(root.terminal(), advance, found, now);
        }
        return exit;
    }

    private Instant invalidFrom(Instant now) {
        String text = invalidFrom;
        if (text == null) {
            return now;
        }
        try {
            Instant instant = Instant.parse(text);
            if (!instant.isAfter(now)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // said below, with the form that is understood
        }
        throw new KeymgrException(
                ErrorCode.USAGE,
                "--invalid-from '" + text + "' is not an instant in the past; write for example 2026-11-01T00:00:00Z");
    }

    private static int foretell(KeymgrCommand root, KeyLookup found, Set<Kid> burnt, Instant now) {
        SigningKey key = found.key();
        Optional<SigningKey> successor = key.state() == KeyState.ACTIVE
                ? Succession.successor(found.keyring(), found.scope().policy(), key.group(), burnt, now)
                : Optional.empty();
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("dryRun", true);
            view.put("revoked", burnt.stream().map(Kid::value).toList());
            successor.ifPresent(s -> view.put("successor", s.kid().value()));
            root.print(view);
            return ExitCodes.DONE;
        }
        Terminal terminal = root.terminal();
        burnt.forEach(b -> {
            SigningKey gone = found.keyring().require(b);
            terminal.print("would revoke " + gone.state() + " key " + b.prefix() + " in "
                    + gone.location().token());
        });
        if (burnt.isEmpty()) {
            terminal.print("it is revoked already; what is left to do would be done");
        }
        if (key.state() == KeyState.ACTIVE) {
            terminal.print(successor
                    .map(s -> "would activate " + s.kid().prefix() + " at once")
                    .orElse(
                            "no standby is ready: would be refused without --hold-issuance, and then nothing is signed for about "
                                    + Durations.format(found.scope().policy().publicationInterval())));
        }
        terminal.print(
                "every unexpired token of it dies: up to " + Durations.format(key.tokenLifetime()) + " of issuing");
        return ExitCodes.DONE;
    }

    /** The exposure clock, as far as it can be told: what is declared, and that the rest is unknown. */
    private static void exposure(Terminal terminal, Advance advance, KeyLookup found, Instant now) {
        SigningKey key = advance.keyring().require(found.key().kid());
        RolloverPolicy policy = found.scope().policy();
        Optional<Instant> out = key.times().find(Moment.REMOVED);
        if (out.isEmpty()) {
            terminal.print("  "
                    + (key.times().find(Moment.PUBLISHED).isPresent()
                            ? terminal.style().bad("it still stands in a document; run keymgr apply until it does not")
                            : "it was never published: no verifier knew it"));
            return;
        }
        Table table = new Table();
        Instant served = out.get().plus(policy.propagation());
        table.row(
                "verifiers that obey our max-age",
                "stop trusting it by",
                Times.at(served.plus(policy.cache().maxAge())));
        policy.cache()
                .verifiers()
                .forEach((name, bound) ->
                        table.row("declared verifier " + name, "stops by", Times.at(served.plus(bound))));
        table.row(
                terminal.style().bold("all that are declared"),
                "have stopped by",
                terminal.style()
                        .bold(Times.at(new Timing(policy).trustEnds(key).result()) + " ("
                                + Times.from(
                                        now, new Timing(policy).trustEnds(key).result()) + ")"));
        table.row("verifiers nobody declared", "cannot be told", "");
        terminal.print("");
        table.lines("  ").forEach(terminal::print);
    }
}
