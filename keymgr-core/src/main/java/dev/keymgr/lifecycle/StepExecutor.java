package dev.keymgr.lifecycle;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.rollover.Step;
import dev.keymgr.rollover.Succession;
import dev.keymgr.rollover.Succession.Successors;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Carries out one step. Each method is one straight line; the comment at a line says what a crash there leaves, and the
 * next run enters the same method and finishes from that. Token and sink calls happen between transactions, never inside.
 */
final class StepExecutor {
    private final ManagedScope scope;
    private final Ledger ledger;
    private final Tokens tokens;
    private final Publisher publisher;
    private final AuthorityKeys authorities;
    private final SelfTest selfTest;
    private final Supplier<CkaId> ids;

    StepExecutor(
            ManagedScope scope,
            Ledger ledger,
            Tokens tokens,
            Publisher publisher,
            AuthorityKeys authorities,
            SelfTest selfTest,
            Supplier<CkaId> ids) {
        this.scope = scope;
        this.ledger = ledger;
        this.tokens = tokens;
        this.publisher = publisher;
        this.authorities = authorities;
        this.selfTest = selfTest;
        this.ids = ids;
    }

    /**
     * Carries a step out.
     *
     * @param reason the planner's, for the audit
     * @return the keyring afterwards
     * @throws KeymgrException when it could not be finished; the keyring says how far it came
     */
    Keyring apply(Keyring keyring, Step step, String reason) {
        return step.accept(new Execution(keyring, Map.of("reason", reason)));
    }

    /** Whom {@link #activateEarly} would take; empty where a key of the group can sign. */
    Optional<SigningKey> earlySuccessor(Keyring keyring, KeyGroup group) {
        return keyring.active(group).filter(SigningKey::canSign).isPresent()
                ? Optional.empty()
                : Succession.successor(
                        keyring, scope.policy(), group, Set.of(), now(keyring), Successors.ANY_PUBLISHED);
    }

    /**
     * Lets a published key sign although verifiers may not know it yet. The one exception to NoSigningBeforeEveryoneKnows, by an
     * operator's word in an emergency: the sinks must have it, the public addresses need not show it yet.
     */
    Keyring activateEarly(Keyring keyring, SigningKey next, String reason) {
        Hsm hsm = tokens.require(next.location().token());

        // 1. Canary against the very bytes in each sink. A crash here leaves the group without a signer, as it was.
        for (JwksSink sink : scope.sinks()) {
            selfTest.require(hsm, next, standing(sink, next));
        }

        // 2. It signs.
        String readyAt =
                new Timing(scope.policy()).readyAt(next).orElseThrow().result().toString();
        return ledger.commit(
                keyring,
                keyring.activated(next.kid(), scope.policy().lifetime().max(), now(keyring)),
                Map.of("reason", reason, "issuance", "hard", "ready-at", readyAt));
    }

    private Instant now(Keyring keyring) {
        return ledger.now(keyring, scope.policy().lifetime().skew());
    }

    /** The set that readers of a sink get now; it must list the key. */
    private JwkSet standing(JwksSink sink, SigningKey key) {
        return sink.current(scope.name())
                .map(JwkSetParser::parseOwn)
                .filter(set -> set.find(key.kid()).isPresent())
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.PUBLICATION_FAILED,
                        sink.description() + " holds no document that lists "
                                + key.kid().prefix()
                                + "; it was not activated; write the document again: keymgr publish " + scope.name()));
    }

    private static JwkSet recorded(Keyring keyring, SigningKey key) {
        return keyring.servedPublication()
                .map(standing -> JwkSetParser.parseOwn(
                        JwksRenderer.render(keyring, standing).bytes()))
                .filter(set -> set.find(key.kid()).isPresent())
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.PUBLICATION_FAILED,
                        "the document of scope " + keyring.scope() + " does not list "
                                + key.kid().prefix() + "; it was not activated; serve the next one: keymgr apply "
                                + keyring.scope()));
    }

    private final class Execution implements Step.Visitor<Keyring> {
        private final Keyring start;
        private final Map<String, String> remarks;

        Execution(Keyring start, Map<String, String> remarks) {
            this.start = start;
            this.remarks = remarks;
        }

        @Override
        public Keyring generate(Step.Generate step) {
            Hsm hsm = tokens.require(step.token());

            // 1. Record where the key will lie. A crash after this leaves an intent and at most an object under its id;
            //    the next run comes here with that intent and finds the object, or makes it.
            Keyring keyring = start;
            GenerationIntent intent = step.resumed();
            if (intent == null) {
                KeyLocation place = new KeyLocation(step.token(), ids.get());
                intent = new GenerationIntent(step.group(), place, now(keyring));
                keyring = ledger.commit(keyring, keyring.intending(intent, intent.intendedAt()), remarks);
            }

            // 2. Make it, or find what an earlier attempt made. A crash after this: as above.
            TokenKey made = hsm.generate(intent.location().id(), step.group().algorithm(), intent.intendedAt());
            VerificationKey publicKey = made.publicKey();
            if (publicKey == null || !made.attributes().violations().isEmpty()) {
                throw new HsmException(
                        ErrorCode.TOKEN_REFUSED,
                        hsm.label(),
                        "key " + intent.location().id() + " has no readable public half or was not made as asked: "
                                + made.attributes().violations() + "; it was not taken into the inventory");
            }
            Instant at = now(keyring);
            SigningKey key = SigningKey.generated(step.group(), intent.location(), publicKey, at);

            // 3. Prove that the token signs with it before anything depends on it. Fails hard.
            selfTest.require(hsm, key, JwkSet.of(List.of(Jwk.of(key, new Listing(at, null, at.plusSeconds(60))))));

            // 4. The authority ties it to its scope. A crash after this loses the certificate, and the next run asks
            // again.
            SigningKey certified =
                    authorities.certify(scope, key).map(key::certified).orElse(key);

            // 5. From here the key exists for everyone; it is in no document yet.
            return ledger.commit(keyring, keyring.generated(certified, at), remarks);
        }

        @Override
        public Keyring abandon(Step.Abandon step) {
            KeyLocation place = step.intent().location();

            // 1. What the attempt left goes; a token that is the scope's no more is not asked. A crash after this: the
            //    next run finds nothing there.
            if (scope.policy().tokens().contains(place.token())) {
                tokens.require(place.token()).destroy(place.id());
            }

            // 2. It is forgotten.
            return ledger.commit(start, start.abandoning(step.intent(), now(start)), remarks);
        }

        @Override
        public Keyring publish(Step.Publish step) {
            return publisher.publish(scope, start, step, remarks);
        }

        @Override
        public Keyring activate(Step.Activate step) {
            SigningKey next = start.require(step.kid());
            Hsm hsm = tokens.require(next.location().token());

            // 1. Canary: signed by the token now, verified against the very bytes that stand in each sink, or,
            //    without any, those that daemons serve from the inventory. A crash here or below changes nothing until
            //    the one commit.
            for (JwksSink sink : scope.sinks()) {
                selfTest.require(hsm, next, standing(sink, next));
            }
            if (scope.sinks().isEmpty()) {
                selfTest.require(hsm, next, recorded(start, next));
            }
            new Witness(scope).requireSeen(next, set -> selfTest.require(hsm, next, set));

            // 2. Switch. The predecessor retires in the same change; signers follow within the drain.
            Instant at = now(start);
            return ledger.commit(
                    start, start.activated(step.kid(), scope.policy().lifetime().max(), at), remarks);
        }

        @Override
        public Keyring retire(Step.Retire step) {
            return ledger.commit(start, start.retired(step.kid(), now(start)), remarks);
        }

        @Override
        public Keyring destroy(Step.Destroy step) {
            Hsm hsm = tokens.require(start.require(step.kid()).location().token());

            // 1. Record that it is to go. A crash after this: the next run asks the token again, which is harmless.
            Keyring keyring = ledger.commit(start, start.destroying(step.kid(), now(start)), remarks);

            // 2. Destroy and ask again. A crash after this leaves DESTROYING with nothing in the token.
            hsm.destroy(keyring.require(step.kid()).location().id());

            // 3. Known absent.
            return ledger.commit(keyring, keyring.privateDestroyed(step.kid(), now(keyring)), remarks);
        }

        @Override
        public Keyring revoke(Step.Revoke step) {
            Instant at = now(start);
            // One commit: whoever sees the key revoked sees its successor sign. Nothing needs a token or a sink here.
            Keyring without = start.compromised(step.kids(), step.record(), at);
            return ledger.commit(
                    start,
                    Succession.handOver(start, without, scope.policy(), at).keyring(),
                    remarks);
        }

        @Override
        public Keyring extendTokenLifetime(Step.ExtendTokenLifetime step) {
            return ledger.commit(start, start.extendingTokenLifetime(step.kid(), step.lifetime(), now(start)), remarks);
        }
    }
}
