package dev.keymgr.command;

import dev.keymgr.authority.Authority;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What verifiers pin. */
@Command(
        name = "authority",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the certificates of a scope's authorities in PEM: what a verifier pins, so that it believes no signed document"
                    + " and no key that they did not vouch for. Give them to relying parties by a way that you trust.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr authority consumer > consumer-authority.pem",
            "  keymgr authority consumer -o json | jq -r '.authorities[].kid'"
        })
final class AuthorityCommand implements Callable<Integer> {
    private static final int LINE = 64;

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "SCOPE", description = "The scope.")
    private String scope = "";

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        ScopeConfig config = root.workbench().requireScope(scope);
        List<Authority> all =
                root.workbench().authorities().authorities(config.scope().name());
        List<Authority> standing = all.stream().filter(Authority::stands).toList();
        if (root.isJson()) {
            root.print(Map.of(
                    "scope",
                    scope,
                    "authorities",
                    all.stream().map(AuthorityCommand::view).toList()));
        } else {
            standing.forEach(authority -> root.terminal().print(pem(authority)));
        }
        if (standing.isEmpty()) {
            throw new KeymgrException(
                    ErrorCode.STALE, "scope " + scope + " has no authority that stands; make one: keymgr init");
        }
        return ExitCodes.DONE;
    }

    private static Map<String, Object> view(Authority authority) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kid", authority.kid().value());
        view.put("token", authority.location().token().value());
        view.put("establishedAt", authority.establishedAt().toString());
        if (authority.revokedAt() != null) {
            view.put("revokedAt", authority.revokedAt().toString());
        }
        view.put("thumbprint", authority.certificate().thumbprint());
        view.put("certificate", pem(authority));
        return view;
    }

    static String pem(Authority authority) {
        String der = authority.certificate().der();
        StringBuilder pem = new StringBuilder("-----BEGIN CERTIFICATE-----\n");
        for (int from = 0; from < der.length(); from += LINE) {
            pem.append(der, from, Math.min(der.length(), from + LINE)).append('\n');
        }
        return pem.append("-----END CERTIFICATE-----").toString();
    }
}
