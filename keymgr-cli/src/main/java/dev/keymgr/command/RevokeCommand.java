package dev.keymgr.command;

import dev.keymgr.command.RevocationOrder.Mode;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Emergency;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Emergency.Stopped;
import dev.keymgr.rollover.Exposure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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
        return carryOut(root, record(then));
    }

    private Compromise record(Instant then) {
        String why = Objects.requireNonNull(reason);
        return invalidFrom == null && at == null
                ? Compromise.sinceRevocation(why, cause)
                : new Compromise(why, cause, invalidFrom(then));
    }

    private Issuance issuance() {
        return hard ? Issuance.FRESH_KEY : holdIssuance ? Issuance.MAY_STOP : Issuance.MUST_GO_ON;
    }

    private List<Revocation> revocations(Workbench workbench) {
        String one = kid;
        if (one != null) {
            KeyLookup found = KeyLookup.require(workbench, one);
            return List.of(new Revocation(found.scope(), found.keyring(), found.key()));
        }
        return workbench.scopes(everything ? null : all).stream()
                .map(s -> new Revocation(s, workbench.inventory().read(s.scope().name()), null))
                .toList();
    }

    private int carryOut(KeymgrCommand root, Compromise record) throws InterruptedException {
        Workbench workbench = root.workbench();
        Emergency emergency = workbench.lifecycle(root.progress()).emergency();
        FirstFailure failure = new FirstFailure();
        // Signing stops everywhere before a document is written anywhere.
        Map<Revocation, Stopped> stopped = new LinkedHashMap<>();
        for (Revocation revocation : revocations(workbench)) {
            failure.attempt(() -> stopped.put(revocation, revocation.stop(emergency, record, issuance())));
        }
        ExposureReport report = new ExposureReport(root);
        List<Advance> advances = new ArrayList<>();
        List<Exposure> exposures = new ArrayList<>();
        Set<Kid> unknown = new TreeSet<>();
        stopped.forEach((revocation, half) -> failure.attempt(() -> {
            Advance advance = half.goOn();
            revocation.before().ifPresent(root.terminal()::say);
            advances.add(advance);
            Set<Kid> revoked = revoked(revocation.keyring(), advance.keyring(), revocation.key());
            exposures.addAll(report.of(revocation.scope(), advance.keyring(), revoked));
            revoked.stream()
                    .filter(k -> advance.keyring()
                            .require(k)
                            .times()
                            .find(Moment.PUBLISHED)
                            .isEmpty())
                    .forEach(unknown::add);
        }));
        int exit = print(root, advances, exposures, unknown);
        if (patient) {
            track(root, report, exposures);
        }
        failure.raise();
        return exit;
    }

    /** By this command, and the named key in any case: it may have been revoked before. */
    private static Set<Kid> revoked(Keyring before, Keyring after, @Nullable SigningKey named) {
        Set<Kid> revoked = new TreeSet<>();
        after.keys().stream()
                .filter(k -> k.state() == KeyState.COMPROMISED)
                .filter(k -> (named != null && k.kid().equals(named.kid()))
                        || before.find(k.kid())
                                .filter(b -> b.state() == KeyState.COMPROMISED)
                                .isEmpty())
                .forEach(k -> revoked.add(k.kid()));
        return revoked;
    }

    private static int print(KeymgrCommand root, List<Advance> advances, List<Exposure> exposures, Set<Kid> unknown) {
        ExposureReport report = new ExposureReport(root);
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("scopes", advances.stream().map(Views::advance).toList());
            view.put("exposures", report.views(exposures));
            root.print(view);
            return Failures.exitOf(advances);
        }
        int exit = Advances.print(root, advances);
        report.print(exposures);
        unknown.forEach(k -> root.terminal().print("  " + k.prefix() + " was never published: no verifier knew it"));
        return exit;
    }

    private static void track(KeymgrCommand root, ExposureReport report, List<Exposure> exposures)
            throws InterruptedException {
        Workbench workbench = root.workbench();
        root.terminal().out().flush();
        for (ScopeConfig scope : workbench.scopes(null)) {
            List<Kid> kids = exposures.stream()
                    .map(e -> e.key())
                    .filter(k -> k.group().scope().equals(scope.scope().name()))
                    .map(SigningKey::kid)
                    .toList();
            if (!kids.isEmpty()) {
                report.track(scope, kids);
                workbench
                        .lifecycle(root.progress())
                        .advance(scope.scope().name()); // records the end, unless a daemon did
            }
        }
        if (!root.isJson() && !exposures.isEmpty()) {
            root.terminal().print("nobody who is known can still trust it");
        }
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
        List<Revocation> revocations = revocations(workbench);
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("dryRun", true);
            if (at != null) {
                view.put("at", then.toString());
            }
            if (kid != null) {
                view.putAll(revocations.get(0).view(record, then));
            } else {
                view.put(
                        "scopes",
                        revocations.stream().map(r -> r.view(record, then)).toList());
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
                    .foretold(record, then, issuance)
                    .forEach(line -> terminal.print((kid == null ? "  " : "") + line));
        }
        return ExitCodes.DONE;
    }
}
