package dev.keymgr;

import dev.keymgr.command.Machine;
import dev.keymgr.config.ConfigLoader;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.token.TokenSigner;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Signs in this process with the active keys of a folder, as a service does that embeds keymgr: many tokens, cheaply. */
final class Issuer implements AutoCloseable {
    private final OpenWorkbench workbench;
    private final Map<String, TokenSigner> signers = new ConcurrentHashMap<>();

    Issuer(DemoFolder demo) {
        Machine machine = new Machine(
                demo.keymgr().environment(),
                demo.root(),
                demo.root(),
                Path.of("target", "keymgr").toAbsolutePath(),
                "issuer@test",
                new SecureRandom(),
                DemoFolder.CLOCK);
        workbench = new OpenWorkbench(ConfigLoader.load(demo.config()), machine, DemoFolder.CLOCK);
    }

    String token(String scope) {
        return signers.computeIfAbsent(scope, s -> workbench.signer(new ScopeName(s)))
                .sign(Map.of("sub", "alice"));
    }

    @Override
    public void close() {
        workbench.close();
    }
}
