package dev.keymgr.command;

import dev.keymgr.config.StarterConfig;
import dev.keymgr.config.StarterConfig.Pace;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first configuration of a folder, over the simulated HSM. */
final class Starter {
    private Starter() {}

    /** Writes keymgr.yaml unless it is there; gives its path. */
    static Path ensure(KeymgrCommand root, Path folder, Pace pace) {
        return ensure(root, folder, pace, null);
    }

    /** @param unpacked software of another folder, to be used here too; null for none */
    static Path ensure(KeymgrCommand root, Path folder, Pace pace, @Nullable Path unpacked) {
        Path file = folder.resolve("keymgr.yaml");
        if (Files.exists(file)) {
            return file;
        }
        return new SetupLock(folder)
                .holding(() -> Files.exists(file) ? file : write(root, folder, pace, unpacked, file));
    }

    private static Path write(KeymgrCommand root, Path folder, Pace pace, @Nullable Path unpacked, Path file) {
        try {
            root.terminal().say("looking for SoftHSM and p11-kit ...");
            SimulatedHsm hsm = SimulatedHsm.in(root.machine().installation());
            Map<String, Path> software = unpacked == null ? hsm.install(folder) : hsm.install(folder, unpacked);
            StarterConfig starter = new StarterConfig(pace, software.get("client"), software.get("module"));
            Path draft = folder.resolve("keymgr.yaml.new");
            Files.deleteIfExists(draft);
            Setup.write(draft, starter.render().getBytes(StandardCharsets.UTF_8));
            Files.move(draft, file);
            return file;
        } catch (IOException e) {
            throw new KeymgrException(ErrorCode.CONFIG_INVALID, "cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
