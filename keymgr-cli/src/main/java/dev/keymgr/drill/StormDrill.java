package dev.keymgr.drill;

import static dev.keymgr.drill.Scene.CONSUMER;
import static dev.keymgr.drill.Scene.ENTERPRISE;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.AuditAction;
import dev.keymgr.authority.Authority;
import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.events.DecisionIntake;
import dev.keymgr.detection.Misuse;
import dev.keymgr.drill.Attacker.Forgery;
import dev.keymgr.drill.Verifier.Outcome;
import dev.keymgr.hsm.Hsm;
import dev.keymgr.incident.Account;
import dev.keymgr.incident.AccountWriter;
import dev.keymgr.incident.Cause;
import dev.keymgr.incident.Incidents;
import dev.keymgr.incident.Statement.Certainty;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.rollover.Succession;
import dev.keymgr.token.Decision;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Storm-0558, with our keys: somebody has the use of the consumer key and goes for enterprise. One straight line from the first
 * forged token to the account of it.
 */
public final class StormDrill {
    private static final String WALL = "the wall";
    private static final String RECOGNITION = "recognition";
    private static final String REVOCATION = "revocation";
    private static final String ACCOUNT = "account";

    /** More than anything here may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Scene scene;
    private final Checks checks;
    private final Clock clock;
    private final Post post = new Post();
    private final Lifecycle lifecycle;

    public StormDrill(Scene scene, Checks checks) {
        this.scene = scene;
        this.checks = checks;
        this.clock = scene.resources().clock();
        this.lifecycle = scene.resources().lifecycle(Progress.NONE);
    }

    /** The account of it; empty when it came to none. */
    public Optional<Account> run() throws IOException {
        try (Verifier shop = Verifier.pinned(scene, CONSUMER);
                Verifier mail = Verifier.pinned(scene, ENTERPRISE);
                Verifier plainShop = Verifier.plain(scene, CONSUMER, scene.folder(CONSUMER));
                Verifier plainMail = Verifier.plain(scene, ENTERPRISE, scene.folder(ENTERPRISE))) {
            genuine(shop, mail, plainShop, plainMail);
            SigningKey stolen = scene.active(CONSUMER);
            Hsm hsm = scene.tokens().require(stolen.location().token());
            Attacker attacker = new Attacker(hsm, stolen);
            Instant since = clock.instant();

            attack(attacker, shop, List.of(mail, plainMail));
            swapDocuments(attacker);
            withoutAVerifier(hsm);
            recognize(stolen, attacker, shop, mail, plainMail);
            revoke(stolen, attacker, shop, plainShop, since);
            return account(stolen);
        }
    }

    private void genuine(Verifier shop, Verifier mail, Verifier plainShop, Verifier plainMail) {
        String ofConsumer = scene.token(CONSUMER);
        String ofEnterprise = scene.token(ENTERPRISE);
        boolean accepted = shop.verify(ofConsumer).isAccepted()
                && plainShop.verify(ofConsumer).isAccepted()
                && mail.verify(ofEnterprise).isAccepted()
                && plainMail.verify(ofEnterprise).isAccepted();
        checks.add(WALL, "genuine tokens are accepted at home", accepted, "by four verifiers, two of each scope");
        checks.within(
                WALL,
                "a standby of consumer is ready in the other token",
                Patience.until(PATIENCE, () -> readyStandby().isPresent()));
    }

    private Optional<SigningKey> readyStandby() {
        return Succession.successor(
                scene.resources().inventory().read(CONSUMER),
                scene.config(CONSUMER).policy(),
                new KeyGroup(CONSUMER, scene.active(CONSUMER).algorithm()),
                Set.of(),
                clock.instant());
    }

    private void attack(Attacker attacker, Verifier shop, List<Verifier> targets) {
        Scope own = scene.config(CONSUMER).scope();
        Scope target = scene.config(ENTERPRISE).scope();
        for (Forgery forgery :
                attacker.forgeries(own, target, scene.active(ENTERPRISE), scene.folder(CONSUMER), clock.instant())) {
            for (Verifier verifier : targets) {
                refused(forgery, verifier.label(), verifier.verify(forgery.token()));
            }
        }
        for (Forgery forgery : attacker.athome(own, target, clock.instant())) {
            refused(forgery, shop.label(), shop.verify(forgery.token()));
        }
    }

    private void refused(Forgery forgery, String at, Outcome outcome) {
        checks.add(
                WALL,
                forgery.what() + ", at " + at,
                !outcome.isAccepted(),
                outcome.verdict() + " (" + forgery.layer() + ")");
    }

    /** The attacker answers where enterprise's documents are fetched. */
    private void swapDocuments(Attacker attacker) throws IOException {
        Scope target = scene.config(ENTERPRISE).scope();
        Forgery first = attacker.forgeries(
                        scene.config(CONSUMER).scope(),
                        target,
                        scene.active(ENTERPRISE),
                        scene.folder(CONSUMER),
                        clock.instant())
                .get(0);
        try (SwappedDocuments swapped = new SwappedDocuments(post, scene.folder(CONSUMER));
                Verifier fooled = Verifier.plain(scene, ENTERPRISE, swapped.address())) {
            Outcome outcome = fooled.verify(first.token());
            checks.add(
                    WALL,
                    "consumer's key set in the place of enterprise's",
                    !outcome.isAccepted(),
                    outcome.verdict() + " (each key names its issuer)");
        }
        List<Authority> authorities = scene.resources().authorities().authorities(ENTERPRISE);
        String others = post.get(URI.create(scene.folder(CONSUMER) + "/jwks.jwt"));
        String says = "";
        try {
            PinnedAuthorities.of(ENTERPRISE, target.issuer(), authorities)
                    .readKeys(others, clock.instant(), Duration.ofSeconds(1));
        } catch (KeymgrException e) {
            says = e.code().id();
        }
        checks.add(
                WALL,
                "consumer's signed set in the place of enterprise's",
                !says.isEmpty() && !others.isEmpty(),
                says + " (pinned authorities vouch for one scope)");
    }

    private void withoutAVerifier(Hsm hsm) {
        String says = "";
        try {
            scene.signers()
                    .apply(CONSUMER)
                    .sign(Map.of("iss", scene.config(ENTERPRISE).scope().issuer(), "sub", "storm"));
        } catch (KeymgrException e) {
            says = e.code().id();
        }
        checks.add(WALL, "our signer, asked for enterprise's issuer", !says.isEmpty(), says + " (the signer sets iss)");
        boolean there = hsm.find(scene.active(ENTERPRISE).location().id()).isPresent();
        checks.add(
                WALL, "an enterprise key in the consumer's token", !there, "none (a token and a PIN for each scope)");
    }

    private void recognize(SigningKey stolen, Attacker attacker, Verifier shop, Verifier mail, Verifier plainMail) {
        long begin = System.nanoTime();
        List<Decision> decided = new ArrayList<>(mail.takeDecisions());
        decided.addAll(plainMail.takeDecisions());
        Scene.Bearers bearers = scene.bearers(ENTERPRISE);
        String answer = post.decisions(
                scene.daemon().resolve("/" + ENTERPRISE + "/decisions/" + bearers.party()),
                bearers.decisions(),
                decided);
        checks.add(RECOGNITION, "enterprise's verifier reports its decisions", !answer.isEmpty(), answer);
        checks.within(
                RECOGNITION,
                "an alarm for the consumer key",
                Patience.since(begin, PATIENCE, () -> alarm(Misuse.CROSS_SCOPE).isPresent()));

        // The verifier cannot prove it, for it does not know the key. Somebody looks at the token itself.
        List<Decision> proofs = new ArrayList<>();
        ScopeConfig enterprise = scene.config(ENTERPRISE);
        TokenVerifier investigator =
                Verifier.judge(scene, enterprise, scene.inventoryKeys().apply(enterprise), "investigator", proofs);
        Forgery first = attacker.forgeries(
                        scene.config(CONSUMER).scope(),
                        enterprise.scope(),
                        scene.active(ENTERPRISE),
                        scene.folder(CONSUMER),
                        clock.instant())
                .get(0);
        Outcome proof = Verifier.verify(investigator, first.token());
        checks.add(
                RECOGNITION,
                "whose key signed it",
                proof.verdict() == Verdict.CROSS_SCOPE,
                proof.verdict() + ", " + proof.says());
        new DecisionIntake(
                        scene.resources().config().scopes(),
                        scene.resources().inventory(),
                        scene.resources().detections(),
                        scene.resources().confirmations(),
                        scope -> {})
                .take(proofs);
        String command = " -- " + stolen.kid().prefix();
        checks.within(
                RECOGNITION,
                "the alarm names the command",
                Patience.until(
                        PATIENCE,
                        () -> alarm(Misuse.CROSS_SCOPE)
                                .filter(a -> a.critical()
                                        && a.message().contains("keymgr revoke ")
                                        && a.message().contains(command))
                                .isPresent()));
        shop.takeDecisions();
    }

    private Optional<Alarm> alarm(Misuse misuse) {
        return scene.resources().alarms().open().stream()
                .filter(a -> a.scope().equals(CONSUMER) && a.code().equals(misuse.id()))
                .findFirst();
    }

    private void revoke(SigningKey stolen, Attacker attacker, Verifier shop, Verifier plainShop, Instant since) {
        Map<Long, String> stock =
                attacker.stock(scene.config(CONSUMER).scope(), clock.instant(), PATIENCE.multipliedBy(2));
        boolean before = shop.verify(forged(stock)).isAccepted();
        checks.add(REVOCATION, "until now the stolen key speaks for consumer", before, "its own scope cannot tell");
        Incidents incidents = new Incidents(
                scene.resources().audit(), clock, scene.resources().actor());
        incidents.open(CONSUMER, stolen.kid(), "drill: cross-scope tokens at enterprise", null);

        long begin = System.nanoTime();
        Advance advance = lifecycle
                .emergency()
                .revoke(
                        CONSUMER,
                        stolen.kid(),
                        new Compromise("drill: cross-scope tokens", Compromise.Cause.UNKNOWN, since),
                        Issuance.MUST_GO_ON);
        checks.add(
                REVOCATION,
                "signing stopped, a standby signs, documents written",
                advance.firstError().isEmpty() && !scene.active(CONSUMER).kid().equals(stolen.kid()),
                "after " + Checks.show(Duration.ofNanos(System.nanoTime() - begin)));
        Kid kid = stolen.kid();
        checks.within(
                REVOCATION,
                "the document served is without it",
                Patience.since(begin, PATIENCE, () -> isServedWithout(kid)));
        checks.within(
                REVOCATION,
                "a verifier that pins the authorities refuses it",
                Patience.since(begin, PATIENCE, () -> shop.verify(forged(stock)).verdict() == Verdict.REVOKED_KEY));
        checks.within(
                REVOCATION,
                "a verifier of the plain key set refuses it",
                Patience.since(
                        begin, PATIENCE, () -> plainShop.verify(forged(stock)).verdict() == Verdict.UNKNOWN_KEY));
        Outcome genuine = shop.verify(scene.token(CONSUMER));
        checks.add(REVOCATION, "new tokens of consumer are accepted", genuine.isAccepted(), genuine.says());
        Scene.Bearers bearers = scene.bearers(CONSUMER);
        URI mailbox = scene.daemon().resolve("/" + CONSUMER + "/events/" + bearers.party());
        checks.within(
                REVOCATION,
                "the registered verifier was told, and has confirmed",
                Patience.since(begin, PATIENCE, () -> isConfirmed(kid, mailbox, bearers)));
    }

    private String forged(Map<Long, String> stock) {
        return stock.getOrDefault(clock.instant().getEpochSecond(), "");
    }

    private boolean isServedWithout(Kid kid) {
        String served = post.get(URI.create(scene.folder(CONSUMER) + "/jwks.json"));
        return !served.isEmpty() && !served.contains(kid.value());
    }

    private boolean isConfirmed(Kid kid, URI mailbox, Scene.Bearers bearers) {
        List<String> owed = post.poll(mailbox, bearers.events(), List.of());
        if (!owed.isEmpty()) {
            post.poll(mailbox, bearers.events(), owed);
        }
        return scene.resources().confirmations().of(kid).containsKey(bearers.party());
    }

    private Optional<Account> account(SigningKey stolen) {
        Kid kid = stolen.kid();
        checks.within(
                ACCOUNT,
                "the exposure clock has ended",
                Patience.until(
                        PATIENCE,
                        () -> scene.resources().audit().about(kid).stream()
                                .anyMatch(r -> r.event().action() == AuditAction.EXPOSURE_ENDED)));
        Incidents incidents = new Incidents(
                scene.resources().audit(), clock, scene.resources().actor());
        incidents.cause(CONSUMER, kid, Cause.Standing.SUSPECTED, "the drill gave the use of the key away", null);
        incidents.close(CONSUMER, kid, "a drill");
        Optional<Account> account =
                AccountWriter.write(kid, scene.resources().audit().about(kid), null);
        checks.add(
                ACCOUNT,
                "an account whose every observation points to a record",
                account.filter(a -> a.statements().stream()
                                .allMatch(s -> s.certainty() != Certainty.OBSERVED
                                        || !s.records().isEmpty()))
                        .isPresent(),
                account.map(a -> a.statements().size() + " statements, revision " + a.revision())
                        .orElse("none"));
        checks.within(
                ACCOUNT,
                "the alarm is over",
                Patience.until(PATIENCE, () -> alarm(Misuse.CROSS_SCOPE).isEmpty()));
        return account;
    }
}
