package dev.keymgr.daemon.notify;

import dev.keymgr.config.DaemonConfig;
import dev.keymgr.config.DaemonConfig.Webhook;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Makes the receivers that a configuration names. */
public final class Receivers {
    private Receivers() {}

    /**
     * Reads each secret once: a new one takes effect at the next start or reload.
     *
     * @param secrets understands the text of a secret source
     * @throws KeymgrException CONFIG_INVALID when a secret cannot be read, or has not the form that signing needs
     */
    public static List<Receiver> of(DaemonConfig config, Function<String, PinSource> secrets, Clock clock) {
        List<Receiver> receivers = new ArrayList<>();
        if (!config.webhooks().isEmpty()) {
            Caller caller = new Caller(Caller.TIMEOUT, clock);
            for (Webhook webhook : config.webhooks()) {
                receivers.add(new WebhookReceiver(webhook, secret(webhook, secrets), caller, clock));
            }
        }
        if (!config.hook().isEmpty()) {
            receivers.add(new HookReceiver(config.hook(), HookReceiver.TIMEOUT));
        }
        return List.copyOf(receivers);
    }

    private static SigningSecret secret(Webhook webhook, Function<String, PinSource> secrets) {
        try (Pin written = secrets.apply(webhook.secret().toString()).read()) {
            return SigningSecret.read(written)
                    .orElseThrow(() -> new KeymgrException(
                            ErrorCode.CONFIG_INVALID,
                            "the secret of " + webhook + " in " + webhook.secret()
                                    + " is not whsec_ and 24 to 64 bytes in base64; nothing was sent: make one with"
                                    + " 'echo whsec_$(openssl rand -base64 32)' and give it to the receiver too"));
        } catch (KeymgrException e) {
            if (e.code() == ErrorCode.CONFIG_INVALID) {
                throw e;
            }
            throw new KeymgrException(
                    ErrorCode.CONFIG_INVALID,
                    webhook + " has no secret to sign with; nothing was sent: " + e.getMessage(),
                    e);
        }
    }
}
