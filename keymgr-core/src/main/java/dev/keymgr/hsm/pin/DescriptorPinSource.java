package dev.keymgr.hsm.pin;

import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An inherited file descriptor. A pipe gives its bytes once, but a login may be needed again: so this source alone keeps
 * the PIN, as characters, for the life of the process. Safe for many threads.
 */
final class DescriptorPinSource implements PinSource {
    private final int descriptor;
    private char @Nullable [] kept;

    DescriptorPinSource(int descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public String description() {
        return "file descriptor " + descriptor;
    }

    @Override
    public synchronized Pin read() {
        char[] known = kept;
        if (known != null) {
            return new Pin(known.clone());
        }
        try (InputStream stream = Files.newInputStream(Path.of("/dev/fd/" + descriptor))) {
            Pin pin = PinBytes.read(stream, description());
            kept = pin.lend(char[]::clone);
            return pin;
        } catch (IOException e) {
            throw PinBytes.unusable(
                    description(), "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
