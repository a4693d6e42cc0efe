package dev.keymgr.command;

import dev.keymgr.authority.Vouching;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Emergency;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Stopped;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.Posture.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** One order to revoke, carried out in one scope or in many, and told. For one thread. */
final class Revocations {
    private static final int SIDE_BY_SIDE = 8;

    private final KeymgrCommand root;
    private final Workbench workbench;
    private final Emergency emergency;
    private final Compromise record;
    private final Issuance issuance;
    private final ExposureReport report;
    private final FirstFailure failure = new FirstFailure();
    private final List<Advance> advances = new ArrayList<>();
    private final List<Exposure> exposures = new ArrayList<>();
    private final Set<Kid> unknown = new TreeSet<>();

    Revocations(KeymgrCommand root, Compromise record, Issuance issuance) {
        this.root = root;
        this.workbench = root.workbench();
        this.emergency = workbench.lifecycle(root.progress()).emergency();
        this.record = record;
        this.issuance = issuance;
        this.report = new ExposureReport(root);
    }

    /**
     * Does it. The failure of one scope does not stop the next.
     *
     * @param kid the one key; null for all of the scopes
     * @param patient whether to wait until nobody known can trust them
     * @return the exit code
     */
    int carryOut(@Nullable String kid, List<ScopeConfig> scopes, boolean patient) throws InterruptedException {
        Map<Revocation, Stopped> stopped = kid == null ? stopAll(scopes) : stopOne(kid);
        goOn(stopped);
        int exit = print();
        if (patient) {
            track();
        }
        failure.raise();
        return exit;
    }

    private Map<Revocation, Stopped> stopOne(String kid) {
        Revocation revocation = Revocation.of(KeyLookup.require(workbench, kid));
        return Map.of(revocation, revocation.stop(emergency, record, issuance));
    }

    /** Signing stops everywhere before a document is written anywhere; and nowhere while it is not chosen what is to follow. */
    private Map<Revocation, Stopped> stopAll(List<ScopeConfig> scopes) {
        List<Revocation> revocations = new ArrayList<>();
        scopes.forEach(scope -> failure.attempt(() -> revocations.add(Revocation.ofAll(workbench, scope))));
        if (issuance == Issuance.MUST_GO_ON) {
            FirstFailure choices = new FirstFailure();
            revocations.forEach(each -> choices.attempt(() -> requireChoice(each)));
            choices.raise();
        }
        Map<Revocation, Stopped> stopped = new LinkedHashMap<>();
        revocations.forEach(each -> failure.attempt(() -> stopped.put(each, each.stop(emergency, record, issuance))));
        return stopped;
    }

    /** What else is wrong with a scope keeps back that one alone. */
    private void requireChoice(Revocation revocation) {
        try {
            emergency.requireChoice(revocation.scope().scope().name(), record, issuance);
        } catch (KeymgrException e) {
            if (e.code() == ErrorCode.CHECK_FAILED) {
                throw e;
            }
        }
    }

    /** Side by side, so that a scope whose token hangs holds up few others; told one after the other. */
    private void goOn(Map<Revocation, Stopped> stopped) {
        ExecutorService pool = Executors.newFixedThreadPool(SIDE_BY_SIDE);
        try {
            Map<Revocation, CompletableFuture<Advance>> rests = new LinkedHashMap<>();
            stopped.forEach((revocation, half) -> rests.put(
                    revocation,
                    CompletableFuture.supplyAsync(
                            () -> rest(revocation.scope().scope().name(), half), pool)));
            rests.forEach((revocation, rest) -> failure.attempt(() -> tell(revocation, outcome(rest))));
        } finally {
            pool.shutdown();
        }
    }

    private static Advance outcome(CompletableFuture<Advance> rest) {
        try {
            return rest.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof KeymgrException expected) {
                throw expected;
            }
            throw e;
        }
    }

    private void tell(Revocation revocation, Advance advance) {
        revocation.before(record).ifPresent(root.terminal()::say);
        advances.add(advance);
        Set<Kid> revoked = revoked(revocation.keyring(), advance.keyring(), revocation.key());
        spared(revocation, advance.keyring());
        Vouching.check(advance.keyring(), revocation.authorities(workbench)).stream()
                .filter(f -> f.severity() == Severity.CRITICAL)
                .forEach(f -> root.terminal().say(root.terminal().style().bad(f.message())));
        exposures.addAll(report.of(revocation.scope(), advance.keyring(), revoked));
        revoked.stream()
                .filter(k -> advance.keyring()
                        .require(k)
                        .times()
                        .find(Moment.PUBLISHED)
                        .isEmpty())
                .forEach(unknown::add);
    }

    /** What stands in the record is said before the failure, whose words would be taken for all that there is. */
    private Advance rest(ScopeName scope, Stopped half) {
        try {
            return half.goOn();
        } catch (KeymgrException e) {
            half.done().forEach(done -> root.terminal().say(scope + ": in the record: " + done.what()));
            if (!half.done().isEmpty()) {
                root.terminal().say(scope + ": what is left to do failed, and follows with keymgr apply " + scope);
            }
            throw e;
        }
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

    /** An order for a whole scope that was given before, in the same words, spares what it has made. */
    private void spared(Revocation revocation, Keyring after) {
        if (revocation.key() == null) {
            revocation.keyring().keys().stream()
                    .filter(k -> k.state().isListable())
                    .map(k -> after.require(k.kid()))
                    .filter(k -> k.state().isListable())
                    .forEach(k -> root.terminal()
                            .say(k.kid().prefix() + " in " + k.location().token()
                                    + " was made since an order of the same reason and cause, and is spared; another --reason"
                                    + " revokes it too"));
        }
    }

    private int print() {
        if (root.isJson()) {
            if (advances.isEmpty() && failure.isThere()) {
                return ExitCodes.CHECK_FAILED; // the failure is the whole answer
            }
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

    private void track() throws InterruptedException {
        root.terminal().out().flush();
        List<Exposure> after = new ArrayList<>();
        for (ScopeConfig scope : workbench.scopes(null)) {
            List<Kid> kids = exposures.stream()
                    .map(Exposure::key)
                    .filter(k -> k.group().scope().equals(scope.scope().name()))
                    .map(SigningKey::kid)
                    .toList();
            if (!kids.isEmpty()) {
                report.track(scope, kids);
                // Records the end, unless a daemon did.
                Advance advance = workbench
                        .lifecycle(root.progress())
                        .advance(scope.scope().name());
                after.addAll(report.of(scope, advance.keyring(), kids));
            }
        }
        List<String> listed = after.stream()
                .filter(e -> e.withdrawnAt() == null)
                .map(e -> e.key().kid().prefix())
                .toList();
        if (!root.isJson() && !after.isEmpty()) {
            root.terminal()
                    .print(
                            listed.isEmpty()
                                    ? "nobody who is known can still trust it"
                                    : "not waited for, since a document still lists it: " + String.join(", ", listed));
        }
    }
}
