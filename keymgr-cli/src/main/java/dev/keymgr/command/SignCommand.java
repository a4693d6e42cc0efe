package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.rollover.Durations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** One token. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = {
            "Signs claims (a JSON object from a file or standard input) with the active key of a scope and prints the token. iss,"
                    + " iat, kid, typ and alg are set here; a foreign audience and too long a life are refused.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  echo '{\"sub\":\"alice\"}' | keymgr sign consumer",
            "  keymgr sign consumer claims.json --lifetime 10m"
        })
final class SignCommand implements Callable<Integer> {
    private static final int CLAIMS_BYTES_MAX = 64 * 1024;

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "SCOPE", description = "The scope.")
    private String scope = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The claims; - or nothing for standard input.")
    private @Nullable Path file;

    @Option(
            names = "--lifetime",
            paramLabel = "DURATION",
            description = "How long it lives, when the claims have no exp.")
    private @Nullable String lifetime;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        ScopeConfig config = root.workbench().requireScope(scope);
        Map<String, Object> claims = parse(Input.read(root, file, CLAIMS_BYTES_MAX));
        String text = lifetime;
        String token = text == null
                ? root.workbench().signer(config.scope().name()).sign(claims)
                : root.workbench().signer(config.scope().name()).signFor(duration(text), claims);
        if (root.isJson()) {
            root.print(Map.of("scope", config.scope().name().value(), "token", token));
        } else {
            root.terminal().print(token);
        }
        return ExitCodes.DONE;
    }

    private static Map<String, Object> parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "no claims; give a JSON object, for example {\"sub\":\"alice\"}");
        }
        try {
            return Json.parseObject(bytes);
        } catch (JsonException e) {
            throw new KeymgrException(
                    ErrorCode.CLAIMS_REFUSED, "the claims are not one JSON object: " + e.getMessage(), e);
        }
    }

    private static Duration duration(String text) {
        return Durations.parse(text)
                .filter(d -> !d.isZero() && !d.isNegative())
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.USAGE, "--lifetime '" + text + "' is not a duration; write for example 5m"));
    }
}
