package dev.keymgr.drill;

import dev.keymgr.drill.Verifier.Outcome;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TooEarlyException;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.rollover.RolloverPlanner.WhenFrozen;
import java.time.Duration;
import java.util.List;

/** A planned roll of one scope, while verifiers judge a genuine token again and again. */
public final class RotateDrill {
    private static final String ROLL = "roll";

    /** More than anything here may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Scene scene;
    private final Checks checks;
    private final ScopeName scope = Scene.CONSUMER;
    private long verdicts;
    private String refusal = "";

    public RotateDrill(Scene scene, Checks checks) {
        this.scene = scene;
        this.checks = checks;
    }

    public void run() {
        Lifecycle lifecycle = scene.resources().lifecycle(Progress.NONE);
        try (Verifier pinned = Verifier.pinned(scene, scope);
                Verifier plain = Verifier.plain(scene, scope, scene.folder(scope))) {
            List<Verifier> verifiers = List.of(pinned, plain);
            SigningKey old = scene.active(scope);
            checks.within(
                    ROLL,
                    "the next key signs as soon as no verifier can be surprised",
                    Patience.until(PATIENCE, () -> judged(verifiers) && rotated(lifecycle, old)));
            checks.within(
                    ROLL,
                    "the old key is out of the documents once its tokens are dead",
                    Patience.until(PATIENCE, () -> judged(verifiers) && state(old.kid()) == KeyState.REMOVED));
            checks.within(
                    ROLL,
                    "a standby stands by again",
                    Patience.until(PATIENCE, () -> judged(verifiers) && hasStandby()));
            checks.add(
                    ROLL,
                    "no genuine token was refused",
                    refusal.isEmpty() && verdicts > 0,
                    refusal.isEmpty() ? verdicts + " verdicts, all accepted" : refusal);
        }
    }

    private boolean judged(List<Verifier> verifiers) {
        String token = scene.token(scope);
        for (Verifier verifier : verifiers) {
            Outcome outcome = verifier.verify(token);
            verdicts++;
            if (!outcome.isAccepted() && refusal.isEmpty()) {
                refusal = outcome.verdict() + ": " + outcome.says();
            }
        }
        return true;
    }

    private boolean rotated(Lifecycle lifecycle, SigningKey old) {
        try {
            lifecycle.rotate(scope, old.algorithm(), WhenFrozen.REFUSE);
        } catch (TooEarlyException e) {
            return false;
        }
        return !scene.active(scope).kid().equals(old.kid());
    }

    private KeyState state(Kid kid) {
        return scene.resources().inventory().read(scope).require(kid).state();
    }

    private boolean hasStandby() {
        return scene.resources().inventory().read(scope).keys().stream().anyMatch(k -> k.state() == KeyState.PUBLISHED);
    }
}
