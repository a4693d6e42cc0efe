package dev.keymgr.daemon.events;

import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.authority.DocumentSigner;
import dev.keymgr.config.RelyingParty;
import dev.keymgr.config.RelyingParty.EventDelivery;
import dev.keymgr.config.RelyingParty.Push;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.events.Mailroom.Address;
import dev.keymgr.daemon.events.Mailroom.Slot;
import dev.keymgr.daemon.notify.Addressee;
import dev.keymgr.daemon.notify.Caller;
import dev.keymgr.daemon.notify.ReadyTimes;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.KeymgrException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Those that are told, as a configuration names them.
 *
 * @param addressees all of them
 * @param mailroom for those that poll, or send decisions; to be closed by whoever has this
 */
public record RelyingParties(List<Addressee> addressees, Mailroom mailroom) {
    public RelyingParties {
        addressees = List.copyOf(addressees);
    }

    /**
     * Reads each bearer token once: a new one takes effect at the next start or reload.
     *
     * @param secrets understands the text of a secret source
     * @throws KeymgrException CONFIG_INVALID when a token cannot be read or has another form
     */
    public static RelyingParties of(
            Collection<ScopeConfig> scopes,
            SecurityEvents events,
            DocumentSigner signer,
            ReadyTimes readyTimes,
            Clock clock,
            Function<String, PinSource> secrets,
            DecisionIntake decisions) {
        List<Addressee> addressees = new ArrayList<>();
        Map<Address, Slot> slots = new HashMap<>();
        @Nullable Caller caller = null;
        for (ScopeConfig scope : scopes) {
            for (RelyingParty party : scope.relyingParties()) {
                Party to = new Party(scope.scope().name(), party.name());
                party.decisions()
                        .map(secret -> BearerToken.read("relying party " + to + ", for decisions", secret, secrets))
                        .ifPresent(token -> slots.put(
                                at(to, DecisionDesk.FOLDER), new Slot(token, new DecisionDesk(to, decisions))));
                EventDelivery delivery = party.events();
                if (delivery != null) {
                    BearerToken token = BearerToken.read("relying party " + to, delivery.secret(), secrets);
                    Outbox outbox = new Outbox(to, scope.scope().issuer(), events, signer, readyTimes, clock);
                    if (delivery instanceof Push push) {
                        caller = caller == null ? new Caller(Caller.TIMEOUT, clock) : caller;
                        addressees.add(new PushedAddressee(outbox, push.url(), token, caller));
                    } else {
                        addressees.add(new PolledAddressee(outbox));
                        slots.put(at(to, PollDesk.FOLDER), new Slot(token, new PollDesk(to, events, clock)));
                    }
                }
            }
        }
        return new RelyingParties(addressees, new Mailroom(slots, Mailroom.CALL_MAX));
    }

    private static Address at(Party party, String folder) {
        return new Address(party.scope().value(), folder + party.name());
    }
}
