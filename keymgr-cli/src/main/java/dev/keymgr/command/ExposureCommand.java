package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.detection.Detection;
import dev.keymgr.detection.Detections;
import dev.keymgr.detection.Misuse;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Exposure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The exposure clock. */
@Command(
        name = "exposure",
        mixinStandardHelpOptions = true,
        description = {
            "Shows who may still trust a revoked key, and until when: verifiers that obey our headers, registered relying parties"
                    + " that have confirmed or not, declared verifiers. Of whoever nobody declared nothing can be told."
                    + " Opens no token.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr exposure",
            "  keymgr exposure consumer --watch",
            "  keymgr -o json exposure --all | jq '.exposures[] | {kid, bound, measured}'"
        })
final class ExposureCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCOPE", description = "Only this scope.")
    private @Nullable String scope;

    @Option(names = "--all", description = "Also those that are over.")
    private boolean all;

    @Option(names = "--watch", description = "Follow until all are over, then show them.")
    private boolean watch;

    @Override
    public Integer call() throws InterruptedException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        ExposureReport report = new ExposureReport(root);
        List<Exposure> shown = new ArrayList<>();
        long revoked = 0;
        List<String> waiting = new ArrayList<>();
        List<String> belied = new ArrayList<>();
        Detections detections = root.workbench().detections();
        for (ScopeConfig config : root.workbench().scopes(scope)) {
            waiting.addAll(
                    WaitingOrders.of(root.workbench(), config.scope().name()).says());
            List<Exposure> known = report.of(config);
            revoked += known.size();
            detections.open(root.workbench().inventory().read(config.scope().name())).stream()
                    .filter(each -> each.misuse() == Misuse.STILL_TRUSTED)
                    .map(ExposureCommand::said)
                    .forEach(belied::add);
            List<Exposure> wanted = wanted(known, root.workbench().now());
            if (watch) {
                report.track(config, wanted.stream().map(e -> e.key().kid()).toList());
                Keyring keyring =
                        root.workbench().inventory().read(config.scope().name());
                wanted = report.of(
                        config,
                        keyring,
                        wanted.stream().map(Exposure::key).map(SigningKey::kid).toList());
            }
            shown.addAll(wanted);
        }
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("now", root.workbench().now().toString());
            view.put("exposures", report.views(shown));
            if (!belied.isEmpty()) {
                view.put("stillTrusted", belied);
            }
            root.print(view);
        } else {
            report.print(shown);
            waiting.forEach(order -> root.terminal()
                    .print(root.terminal().style().bad(order) + "; until then nobody can say who still trusts it"));
            belied.forEach(line -> root.terminal().print(root.terminal().style().bad(line)));
            if (shown.isEmpty() && waiting.isEmpty() && belied.isEmpty()) {
                root.terminal()
                        .print(
                                revoked == 0
                                        ? "no key that was ever published is revoked"
                                        : "nobody who is known can still trust a revoked key");
            }
        }
        return ExitCodes.DONE;
    }

    private static String said(Detection each) {
        return each.kid().prefix() + " was accepted by " + each.verifier() + " at " + Times.at(each.decidedAt())
                + ", though revoked; it has not confirmed since: see to it that it reads the documents, and restart it if need be";
    }

    private List<Exposure> wanted(List<Exposure> exposures, Instant now) {
        return exposures.stream().filter(e -> all || e.overSince(now).isEmpty()).toList();
    }
}
