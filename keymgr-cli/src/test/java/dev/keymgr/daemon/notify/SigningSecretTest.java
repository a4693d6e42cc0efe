package dev.keymgr.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.hsm.Pin;
import org.junit.jupiter.api.Test;

class SigningSecretTest {
    /** The example that the libraries of Standard Webhooks are tested with. */
    @Test
    void signsLikeTheLibrariesOfTheStandard() {
        try (Pin written = new Pin("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".toCharArray())) {
            SigningSecret secret = SigningSecret.read(written).orElseThrow();

            assertThat(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}"))
                    .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
            assertThat(secret).hasToString("****");
        }
    }
}
