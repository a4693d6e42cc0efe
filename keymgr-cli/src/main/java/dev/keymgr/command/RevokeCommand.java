package dev.keymgr.command;

import dev.keymgr.command.RevocationOrder.Mode;
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
            "With --at it is ordered for later: the daemon, or the first apply after that instant, carries it out, also inside"
                    + " a change freeze, and also where no standby is ready then. Ordered again, the last order counts.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr revoke 7UL14tFe --reason 'seen on a paste site' --dry-run",
            "  keymgr revoke 7UL14tFe --reason 'HSM operator account taken over' --cause token",
            "  keymgr revoke 7UL14tFe --reason 'leaked in a backup' --cause key --invalid-from 2026-11-01T00:00:00Z",
            "  keymgr revoke 7UL14tFe --reason 'contract ends' --cause key --at 2026-12-31T23:00:00Z",
            "  keymgr revoke 7UL14tFe --cancel"
        })
final class RevokeCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, in your words; it is recorded. Needed unless --cancel.")
    private @Nullable String reason;

    @Option(
            names = "--cause",
            paramLabel = "CAUSE",
            defaultValue = "unknown",
            description = "How far the damage may reach: key, token, host or unknown (the default).")
    private Cause cause = Cause.UNKNOWN;

    @Option(
            names = "--invalid-from",
            paramLabel = "TIME",
            description =
                    "The earliest moment it may have been in other hands, in ISO-8601; that of the revocation unless said.")
    private @Nullable String invalidFrom;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Not now but then, in ISO-8601; at most 400 days ahead. One order for a key.")
    private @Nullable String at;

    @Option(names = "--cancel", description = "Take back an order given with --at.")
    private boolean cancel;

    @Option(names = "--hold-issuance", description = "When no standby is ready: sign nothing until one is.")
    private boolean holdIssuance;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        requireOneMeaning();
        Workbench workbench = root.workbench();
        KeyLookup found = KeyLookup.require(workbench, kid);
        if (cancel) {
            return new RevocationOrder(root, found).takeBack(dryRun ? Mode.DRY_RUN : Mode.FOR_REAL);
        }
        Set<Kid> burnt = Succession.burntBy(found.keyring(), found.key().kid(), cause);
        Instant now = workbench.now();
        Instant then = at == null ? now : RevocationOrder.at(at, now);
        Compromise record = new Compromise(Objects.requireNonNull(reason), cause, invalidFrom(then));
        if (dryRun) {
            return foretell(root, found, burnt, then);
        }
        if (at != null) {
            return new RevocationOrder(root, found).place(record, then);
        }
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

    private void requireOneMeaning() {
        if (cancel && (reason != null || at != null || invalidFrom != null || holdIssuance)) {
            throw new KeymgrException(ErrorCode.USAGE, "--cancel goes with --dry-run only; nothing was changed");
        }
        if (at != null && holdIssuance) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "--hold-issuance does not go with --at: an ordered revocation comes about whether or not a standby is"
                            + " ready; nothing was changed");
        }
        if (!cancel) {
            Input.requireText("--reason", reason == null ? "" : reason);
        }
    }

    private Instant invalidFrom(Instant then) {
        String text = invalidFrom;
        return text == null
                ? then
                : Input.instant(text)
                        .filter(instant -> !instant.isAfter(then))
                        .orElseThrow(() -> new KeymgrException(
                                ErrorCode.USAGE,
                                "--invalid-from '" + text + "' is not an instant "
                                        + (at == null ? "in the past" : "before --at")
                                        + "; write for example 2026-11-01T00:00:00Z"));
    }

    private int foretell(KeymgrCommand root, KeyLookup found, Set<Kid> burnt, Instant then) {
        SigningKey key = found.key();
        Optional<SigningKey> successor = key.state() == KeyState.ACTIVE
                ? Succession.successor(found.keyring(), found.scope().policy(), key.group(), burnt, then)
                : Optional.empty();
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("dryRun", true);
            if (at != null) {
                view.put("at", then.toString());
            }
            view.put("revoked", burnt.stream().map(Kid::value).toList());
            successor.ifPresent(s -> view.put("successor", s.kid().value()));
            root.print(view);
            return ExitCodes.DONE;
        }
        Terminal terminal = root.terminal();
        if (at != null) {
            terminal.print("at " + Times.at(then) + ", as things stand:");
        }
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
                    .orElse((at == null
                                    ? "no standby is ready: would be refused without --hold-issuance, and then"
                                    : "no standby is ready then:")
                            + " nothing is signed for about "
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
