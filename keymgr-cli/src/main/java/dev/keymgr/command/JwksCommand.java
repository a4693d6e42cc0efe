package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Publication;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The document. */
@Command(
        name = "jwks",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the JWKS of one scope, byte for byte as it was last written to the sinks. There is no document of two scopes."
                    + " Opens no token.",
            ""
        },
        footer = {"", "Examples:", "  keymgr jwks consumer", "  keymgr jwks consumer | jq -r '.keys[].kid'"})
final class JwksCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "SCOPE", description = "The scope.")
    private String scope = "";

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        ScopeConfig config = root.workbench().requireScope(scope);
        Keyring keyring = root.workbench().inventory().read(config.scope().name());
        Publication served = keyring.servedPublication()
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.PUBLICATION_FAILED,
                        "scope " + config.scope().name() + " has no document yet; make one: keymgr apply "
                                + config.scope().name()));
        JwksDocument document = JwksRenderer.render(keyring, served);
        root.terminal().print(new String(document.bytes(), StandardCharsets.UTF_8).stripTrailing());
        return ExitCodes.DONE;
    }
}
