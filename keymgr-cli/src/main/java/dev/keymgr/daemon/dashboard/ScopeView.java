package dev.keymgr.daemon.dashboard;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Keyring;
import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One scope on the dashboard.
 *
 * @param issuer the {@code iss} of its tokens
 * @param findings the gravest first
 * @param forecast made at the instant of the page, as far as {@link #horizon}
 * @param served the document this daemon hands out now; null when it has none
 */
public record ScopeView(
        String issuer,
        RolloverPolicy policy,
        Keyring keyring,
        List<Posture.Finding> findings,
        Forecast forecast,
        @Nullable JwksDocument served) {

    public ScopeView {
        findings = List.copyOf(findings);
    }

    /** What the inventory, the policy and the clock say of a scope. */
    public static ScopeView of(
            String issuer, RolloverPolicy policy, Keyring keyring, @Nullable JwksDocument served, Instant now) {
        return new ScopeView(
                issuer,
                policy,
                keyring,
                Posture.check(keyring, policy, now),
                Forecast.of(keyring, policy, now, horizon(policy, now)),
                served);
    }

    /** How far ahead a timeline looks: one rotation, so that the next activation is always in sight. */
    public static Instant horizon(RolloverPolicy policy, Instant now) {
        return now.plus(policy.rotation());
    }

    /** What comes next. */
    Optional<Forecast.Event> next() {
        return forecast.events().stream().findFirst();
    }

    String name() {
        return keyring.scope().value();
    }
}
