package dev.keymgr.command;

import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.config.RelyingParty;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.events.Acknowledgements;
import dev.keymgr.daemon.events.Acknowledgements.Outstanding;
import dev.keymgr.rollover.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Who is told of security events, and who has acknowledged them. */
@Command(
        name = "parties",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the registered relying parties: whom to call, how long they may keep a key document, how they are told of"
                    + " security events, and what they have not acknowledged. Opens no token.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr parties consumer",
            "  keymgr parties -o json | jq '.parties[] | select(.outstanding != [])'"
        })
final class PartiesCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCOPE", description = "Only this scope.")
    private @Nullable String scope;

    /** One row. */
    private record Standing(Party party, RelyingParty config, Optional<Instant> last, List<Outstanding> outstanding) {}

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        Acknowledgements acknowledgements =
                new Acknowledgements(workbench.audit(), workbench.deliveries(), workbench.securityEvents());
        List<Standing> standings = new ArrayList<>();
        for (ScopeConfig config : workbench.scopes(scope)) {
            for (RelyingParty party : config.relyingParties()) {
                Party to = new Party(config.scope().name(), party.name());
                standings.add(new Standing(to, party, acknowledgements.last(to), acknowledgements.outstanding(to)));
            }
        }
        if (root.isJson()) {
            root.print(Map.of(
                    "parties", standings.stream().map(PartiesCommand::view).toList()));
        } else {
            print(root.terminal(), standings, workbench.now());
        }
        return ExitCodes.DONE;
    }

    private static void print(Terminal terminal, List<Standing> standings, Instant now) {
        Style style = terminal.style();
        Table table = new Table()
                .row(
                        style.dim("SCOPE"),
                        style.dim("PARTY"),
                        style.dim("CONTACT"),
                        style.dim("CACHE"),
                        style.dim("EVENTS"),
                        style.dim("ACKNOWLEDGED"),
                        style.dim("OUTSTANDING"));
        for (Standing standing : standings) {
            table.row(
                    standing.party().scope().value(),
                    standing.party().name(),
                    standing.config().contact(),
                    Durations.format(standing.config().cache()),
                    delivery(standing.config()),
                    standing.last().map(Times::at).orElse("-"),
                    outstanding(standing.outstanding(), now, style));
        }
        table.lines("").forEach(terminal::print);
    }

    private static String delivery(RelyingParty party) {
        return party.delivery().map(Object::toString).orElse("none");
    }

    private static String outstanding(List<Outstanding> outstanding, Instant now, Style style) {
        if (outstanding.isEmpty()) {
            return "-";
        }
        Outstanding first =
                outstanding.stream().filter(Outstanding::isUrgent).findFirst().orElse(outstanding.get(0));
        String text = outstanding.size() + ": " + first.type() + " of "
                + first.kid().prefix() + " for " + Times.rough(Duration.between(first.since(), now))
                + (first.refusal() == null ? "" : ", refused: " + first.refusal());
        return first.isUrgent() ? style.bad(text) : text;
    }

    private static Map<String, Object> view(Standing standing) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("scope", standing.party().scope().value());
        view.put("name", standing.party().name());
        view.put("contact", standing.config().contact());
        view.put("cacheSeconds", standing.config().cache().toSeconds());
        view.put("events", delivery(standing.config()));
        view.put("decisions", standing.config().decisions().isPresent());
        standing.last().ifPresent(at -> view.put("lastAcknowledgedAt", at.toString()));
        view.put(
                "outstanding",
                standing.outstanding().stream().map(PartiesCommand::view).toList());
        return view;
    }

    private static Map<String, Object> view(Outstanding outstanding) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("sequence", outstanding.sequence());
        view.put("event", outstanding.type());
        view.put("kid", outstanding.kid().value());
        view.put("since", outstanding.since().toString());
        if (outstanding.refusal() != null) {
            view.put("refusal", outstanding.refusal());
        }
        return view;
    }
}
