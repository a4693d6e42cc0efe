package dev.keymgr.command;

import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.authority.Authority;
import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.config.RelyingParty;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.TokenConfig;
import dev.keymgr.daemon.events.BearerToken;
import dev.keymgr.hsm.TokenDescription;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Custody;
import dev.keymgr.rollover.Posture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The checks of {@code doctor}, each on its own: one that cannot be carried out is unknown, and the others go on. */
final class Examination {
    /** How a check came out. A note is worth reading and no failure. */
    enum Result {
        ok,
        note,
        failed,
        unknown
    }

    /** One line of the report. */
    record Check(String name, Result result, String says) {}

    private static final int PAGE = 1_000;

    private final Workbench workbench;
    private final Machine machine;
    private final List<Check> checks = new ArrayList<>();

    Examination(Workbench workbench, Machine machine) {
        this.workbench = workbench;
        this.machine = machine;
    }

    List<Check> run() {
        configuration();
        check("store", () -> {
            workbench.inventory().generations();
            return ok("can be read, schema is current");
        });
        check("audit chain", this::audit);
        for (ScopeConfig scope : workbench.scopes(null)) {
            scope.tokens().forEach(t -> check("token " + t.label(), () -> token(t)));
            check("custody " + scope.scope().name(), () -> custody(scope));
            check("documents " + scope.scope().name(), () -> documents(scope));
            check("authority " + scope.scope().name(), () -> authority(scope));
            check("posture " + scope.scope().name(), () -> posture(scope));
            check("orders " + scope.scope().name(), () -> orders(scope));
            if (!scope.relyingParties().isEmpty()) {
                check("relying parties " + scope.scope().name(), () -> relyingParties(scope));
            }
        }
        check("scopes apart", this::scopesApart);
        checks.add(FileChecks.run(workbench.config()));
        checks.addAll(ProcessChecks.run(machine));
        return checks;
    }

    private record Outcome(Result result, String says) {}

    private static Outcome ok(String says) {
        return new Outcome(Result.ok, says);
    }

    private void check(String name, Supplier<Outcome> examination) {
        try {
            Outcome outcome = examination.get();
            checks.add(new Check(name, outcome.result(), outcome.says()));
        } catch (KeymgrException e) {
            checks.add(new Check(
                    name, Result.unknown, e.getMessage() + " [" + e.code().id() + "]"));
        }
    }

    private void configuration() {
        workbench.config().warnings().forEach(w -> checks.add(new Check("configuration", Result.note, w.toString())));
        checks.add(
                new Check("configuration", Result.ok, workbench.config().file().toString()));
    }

    private Outcome audit() {
        AuditChain.Head head = AuditChain.START;
        List<AuditRecord> page = workbench.audit().read(0, PAGE);
        while (!page.isEmpty()) {
            Optional<AuditChain.Break> broken = AuditChain.firstBreakAfter(head, page);
            if (broken.isPresent()) {
                return new Outcome(
                        Result.failed,
                        "breaks at " + broken.get().sequence() + ": "
                                + broken.get().reason());
            }
            head = AuditChain.Head.of(page.get(page.size() - 1));
            page = workbench.audit().read(head.sequence(), PAGE);
        }
        return ok(head.sequence() + " records, intact");
    }

    private Outcome token(TokenConfig token) {
        TokenDescription description = workbench.tokens().require(token.label()).describe();
        String says = description.model() + " serial " + description.serial();
        if (!description.isolated()) {
            return new Outcome(
                    Result.failed,
                    says
                            + ", its code runs in this process, where a memory image may hold keys; set hsm.isolation: p11-kit");
        }
        return ok(says + ", isolated");
    }

    private Outcome custody(ScopeConfig scope) {
        Keyring keyring = workbench.inventory().read(scope.scope().name());
        List<Custody.Finding> findings =
                new Custody(workbench.tokens()).examine(keyring, workbench.authorities(), scope.policy());
        return findings.isEmpty()
                ? ok("every private key sensitive, never extractable, local, sign-only; no orphan either way")
                : new Outcome(
                        Result.failed,
                        findings.stream()
                                .map(f -> f.code() + " at " + f.location() + ": " + f.message())
                                .collect(Collectors.joining("; ")));
    }

    private Outcome authority(ScopeConfig scope) {
        ScopeName name = scope.scope().name();
        List<Authority> known = workbench.authorities().authorities(name);
        List<Authority> standing = known.stream().filter(Authority::stands).toList();
        if (standing.isEmpty()) {
            return new Outcome(Result.failed, "none stands, so nothing vouches for its keys; make one: keymgr init");
        }
        for (TokenLabel token : scope.policy().tokens()) {
            if (standing.stream().noneMatch(a -> a.location().token().equals(token))) {
                boolean fell = known.stream().anyMatch(a -> a.location().token().equals(token));
                return fell
                        ? new Outcome(
                                Result.note,
                                "that of token " + token + " was revoked; when the token is trusted again, make one:"
                                        + " keymgr init")
                        : new Outcome(Result.failed, "none in token " + token + "; make one: keymgr init");
            }
        }
        Optional<SignedDocuments> signed = workbench.authorities().documents(name);
        if (signed.isEmpty()) {
            return workbench.inventory().read(name).servedPublication().isEmpty()
                    ? ok(standing.size() + " stand; nothing to sign yet")
                    : new Outcome(Result.failed, "the documents are not signed; sign them: keymgr apply " + name);
        }
        PinnedAuthorities.of(name, scope.scope().issuer(), standing)
                .readKeys(
                        signed.get().keys(),
                        workbench.now(),
                        scope.policy().lifetime().skew());
        return ok(standing.size() + " stand; signed documents " + signed.get().sequence() + ", valid until "
                + signed.get().expiresAt());
    }

    private Outcome documents(ScopeConfig scope) {
        Keyring keyring = workbench.inventory().read(scope.scope().name());
        Optional<Publication> served = keyring.servedPublication();
        if (served.isEmpty()) {
            return new Outcome(
                    Result.failed,
                    "nothing was ever published; run: keymgr apply "
                            + scope.scope().name());
        }
        byte[] expected = JwksRenderer.render(keyring, served.get()).bytes();
        int keys = served.get().listings().size();
        List<JwksSink> sinks = workbench.scope(scope.scope().name()).sinks();
        if (sinks.isEmpty()) {
            return scope.probes().isEmpty()
                    ? new Outcome(
                            Result.note,
                            keys + " keys, served by keymgr daemon alone, and nothing looks whether it does; name where"
                                    + " verifiers fetch them: publish.probes")
                    : ok(keys + " keys, served by keymgr daemon alone");
        }
        List<String> wrong = new ArrayList<>();
        for (JwksSink sink : sinks) {
            Optional<byte[]> standing = sink.current(scope.scope().name());
            if (standing.isEmpty() || !Arrays.equals(standing.get(), expected)) {
                wrong.add(sink.description());
            }
        }
        return wrong.isEmpty()
                ? ok(keys + " keys, every sink holds the recorded bytes")
                : new Outcome(Result.failed, "not the recorded bytes in " + String.join(", ", wrong) + remedy(keyring));
    }

    /** The recorded bytes cannot be written over a later document, and need not be: the next run serves that one everywhere. */
    static String remedy(Keyring keyring) {
        return keyring.pendingPublication()
                .map(p -> "; document " + p.number() + " is decided and perhaps half served; finish that: keymgr apply "
                        + keyring.scope())
                .orElse("; write them again: keymgr publish " + keyring.scope());
    }

    private Outcome posture(ScopeConfig scope) {
        Keyring keyring = workbench.inventory().read(scope.scope().name());
        List<Posture.Finding> findings = workbench.findings(scope, keyring, workbench.now());
        if (findings.isEmpty()) {
            return ok("active key, ready standby, nothing overdue, no key too old");
        }
        boolean critical = findings.stream().anyMatch(f -> f.severity() == Posture.Severity.CRITICAL);
        return new Outcome(
                critical ? Result.failed : Result.note,
                findings.stream().map(Posture.Finding::message).collect(Collectors.joining("; ")));
    }

    private Outcome orders(ScopeConfig scope) {
        List<String> waiting = WaitingOrders.of(workbench, scope.scope().name()).says();
        return waiting.isEmpty()
                ? ok("no revocation waits for the store")
                : new Outcome(Result.failed, String.join("; ", waiting));
    }

    /** A secret that cannot be read, or that others may read, is an exception with the reason. */
    private Outcome relyingParties(ScopeConfig scope) {
        List<String> untold = new ArrayList<>();
        for (RelyingParty party : scope.relyingParties()) {
            String whose = "relying party " + scope.scope().name() + "/" + party.name();
            party.delivery()
                    .ifPresentOrElse(
                            delivery -> BearerToken.read(whose, delivery.secret(), workbench::pin),
                            () -> untold.add(party.name()));
            party.decisions().ifPresent(source -> BearerToken.read(whose, source, workbench::pin));
        }
        String count = scope.relyingParties().size() + " registered, every bearer token can be read and by nobody else";
        return untold.isEmpty()
                ? ok(count)
                : new Outcome(
                        Result.note,
                        count + "; told of no events: " + String.join(", ", untold)
                                + ", who trust a revoked key for as long as they keep it");
    }

    private Outcome scopesApart() {
        Map<Object, String> seen = new HashMap<>();
        List<String> shared = new ArrayList<>();
        for (ScopeConfig scope : workbench.scopes(null)) {
            String name = scope.scope().name().value();
            workbench.inventory().read(scope.scope().name()).keys().forEach(k -> {
                for (Object mark : List.of(k.kid(), k.publicKey(), k.location())) {
                    String other = seen.putIfAbsent(mark, name);
                    if (other != null && !other.equals(name)) {
                        shared.add(mark + " in " + other + " and " + name);
                    }
                }
            });
        }
        return shared.isEmpty()
                ? ok("no kid, public key or token object in two scopes")
                : new Outcome(Result.failed, String.join("; ", shared));
    }
}
