package dev.keymgr.hsm.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A descriptor can only be inherited, so the reader is a process of its own. */
class DescriptorPinSourceIT {
    /** Reads descriptor 7 twice, as two logins would. */
    static final class Reader {
        public static void main(String[] arguments) {
            PinSource source = new PinSources(Path.of(""), Map.of()).parse("fd:7");
            for (int login = 0; login < 2; login++) {
                try (Pin pin = source.read()) {
                    System.out.println(pin.<String>lend(String::new));
                }
            }
        }
    }

    @Test
    void givesThePinOfAPipeAtEveryLogin() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "printf 'pin-7\\n' | \"$0\" -cp \"$1\" '" + Reader.class.getName() + "' 7<&0 </dev/null";
        Process process = new ProcessBuilder("bash", "-c", command, java, System.getProperty("java.class.path"))
                .redirectErrorStream(true)
                .start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output.lines()).containsExactly("pin-7", "pin-7");
        assertThat(process.waitFor()).isZero();
    }
}
