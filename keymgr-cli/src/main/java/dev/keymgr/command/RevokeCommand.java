package dev.keymgr.command;

import dev.keymgr.command.RevocationOrder.Mode;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.lifecycle.Emergency.Issuance;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The end of trust in a key, in every key of a scope, or in every key there is. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = {
            "Ends trust in a key for ever: signing stops, a ready standby takes over, the document without it is written, new"
                    + " standbys are made. One command, one person, whatever state the key is in; safe to repeat.",
            "Unless the cause is the key alone, standbys in the same token are revoked with it. --all SCOPE revokes every key of"
                    + " a scope that verifiers may trust, --everything that of every scope: signing stops in all of them before"
                    + " documents are written.",
            "Where no standby is ready, it does nothing until you choose: --hard or --hold-issuance; it prints what each costs.",
            "Where the store can be read but not written, the private half is destroyed and the document written all the same,"
                    + " and the record follows: exit 53.",
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
            "  keymgr revoke --all consumer --reason 'both PINs were on the stolen host' --hard",
            "  keymgr revoke --everything --reason 'HSM vendor advisory' --hold-issuance",
            "  keymgr revoke 7UL14tFe --reason 'contract ends' --cause key --at 2026-12-31T23:00:00Z",
            "  keymgr revoke 7UL14tFe --cancel"
        })
final class RevokeCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KID",
            description = "The key: any unique beginning of its kid.")
    private @Nullable String kid;

    @Option(
            names = "--all",
            paramLabel = "SCOPE",
            description =
                    "Every key of this scope that signs, stands by, is suspended, or is retired and still listed.")
    private @Nullable String all;

    @Option(names = "--everything", description = "The same in every scope; the failure of one does not stop the next.")
    private boolean everything;

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
                    "The earliest moment it may have been in other hands, in ISO-8601. Unless said, verifiers are told that of the"
                            + " revocation, and the account of the incident says that nobody has said.")
    private @Nullable String invalidFrom;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Not now but then, in ISO-8601; at most 400 days ahead. One order for a key.")
    private @Nullable String at;

    @Option(names = "--cancel", description = "Take back an order given with --at.")
    private boolean cancel;

    @Option(
            names = "--hard",
            description =
                    "When no standby is ready: a fresh key signs at once. Verifiers that do not ask again for an unknown kid"
                            + " refuse its tokens for up to P + C* + skew.")
    private boolean hard;

    @Option(names = "--hold-issuance", description = "When no standby is ready: sign nothing until one is.")
    private boolean holdIssuance;

    @Option(names = "--wait", description = "Follow the exposure clock until nobody known can trust the key.")
    private boolean patient;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        requireOneMeaning();
        Workbench workbench = root.workbench();
        String one = kid;
        if (one != null && (cancel || (at != null && !dryRun))) {
            RevocationOrder order = new RevocationOrder(root, KeyLookup.require(workbench, one));
            if (cancel) {
                return order.takeBack(dryRun ? Mode.DRY_RUN : Mode.FOR_REAL);
            }
            Instant then = RevocationOrder.at(Objects.requireNonNull(at), workbench.now());
            return order.place(record(then), then);
        }
        Instant now = workbench.now();
        Instant then = at == null ? now : RevocationOrder.at(at, now);
        if (dryRun) {
            return foretell(root, then);
        }
        return new Revocations(root, record(then), issuance()).carryOut(kid, scopes(workbench), patient);
    }

    private Compromise record(Instant then) {
        String why = Objects.requireNonNull(reason);
        return invalidFrom == null && at == null
                ? Compromise.sinceRevocation(why, cause)
                : new Compromise(why, cause, invalidFrom(then));
    }

    /** Those whose keys all go; none where one key is named. */
    private List<ScopeConfig> scopes(Workbench workbench) {
        return kid != null ? List.of() : workbench.scopes(everything ? null : all);
    }

    private Issuance issuance() {
        return hard ? Issuance.FRESH_KEY : holdIssuance ? Issuance.MAY_STOP : Issuance.MUST_GO_ON;
    }

    private void requireOneMeaning() {
        int targets = (kid == null ? 0 : 1) + (all == null ? 0 : 1) + (everything ? 1 : 0);
        if (targets != 1) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "revoke needs one of KID, --all SCOPE and --everything, and has "
                            + (targets == 0 ? "none" : "more than one") + "; nothing was changed");
        }
        if (kid == null && (cancel || at != null)) {
            throw new KeymgrException(ErrorCode.USAGE, "--at and --cancel go with one KID only; nothing was changed");
        }
        if (hard && holdIssuance) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "--hard and --hold-issuance exclude each other; nothing was changed");
        }
        if (cancel && (reason != null || at != null || invalidFrom != null || holdIssuance || hard || patient)) {
            throw new KeymgrException(ErrorCode.USAGE, "--cancel goes with --dry-run only; nothing was changed");
        }
        if (at != null && (holdIssuance || hard || patient)) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "--hard, --hold-issuance and --wait do not go with --at: an ordered revocation comes about whether or not a"
                            + " standby is ready; nothing was changed");
        }
        if (!cancel) {
            Input.requireText("--reason", reason);
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

    private int foretell(KeymgrCommand root, Instant then) {
        Workbench workbench = root.workbench();
        Compromise record = record(then);
        Issuance issuance = at == null ? issuance() : Issuance.MAY_STOP;
        List<Revocation> revocations = kid != null
                ? List.of(Revocation.of(KeyLookup.require(workbench, kid)))
                : scopes(workbench).stream()
                        .map(each -> Revocation.ofAll(workbench, each))
                        .toList();
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("dryRun", true);
            if (at != null) {
                view.put("at", then.toString());
            }
            if (kid != null) {
                view.putAll(
                        revocations.get(0).view(record, then, revocations.get(0).authorities(workbench)));
            } else {
                view.put(
                        "scopes",
                        revocations.stream()
                                .map(r -> r.view(record, then, r.authorities(workbench)))
                                .toList());
            }
            root.print(view);
            return ExitCodes.DONE;
        }
        Terminal terminal = root.terminal();
        if (at != null) {
            terminal.print("at " + Times.at(then) + ", as things stand:");
        }
        for (Revocation revocation : revocations) {
            if (kid == null) {
                terminal.print(
                        terminal.style().bold(revocation.scope().scope().name().value()));
            }
            revocation
                    .foretold(record, then, issuance, revocation.authorities(workbench))
                    .forEach(line -> terminal.print((kid == null ? "  " : "") + line));
        }
        return ExitCodes.DONE;
    }
}
