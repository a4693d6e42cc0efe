package dev.keymgr.command;

import dev.keymgr.key.KeyState;
import dev.keymgr.key.Moment;
import dev.keymgr.rollover.Derivation;
import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.Explanation;
import dev.keymgr.rollover.StepText;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The arithmetic behind one key. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        description = {
            "Says why a key is not yet, or no longer, what you expect: every instant that counts for it, term by term, and what"
                    + " the plan has for it. Opens no token.",
            ""
        },
        footer = {"", "Examples:", "  keymgr why 7UL14tFe", "  keymgr -o json why 7UL1"})
final class WhyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        Instant now = workbench.now();
        KeyLookup found = KeyLookup.require(workbench, kid);
        Explanation why = Explanation.of(
                found.keyring(), found.scope().policy(), found.key().kid(), now);
        if (root.isJson()) {
            root.print(view(why, now));
        } else {
            print(root.terminal(), why, now);
            unseen(found)
                    .forEach(url -> root.terminal()
                            .print("  " + root.terminal().style().wary("not seen yet") + " by the daemon at " + url));
        }
        return ExitCodes.DONE;
    }

    /** A published key waits until the daemon has seen it at each of these. */
    private static List<URI> unseen(KeyLookup found) {
        boolean waits = found.key().state() == KeyState.PUBLISHED
                && found.key().times().find(Moment.OBSERVED).isEmpty();
        return waits ? found.scope().probes() : List.of();
    }

    private static void print(Terminal terminal, Explanation why, Instant now) {
        Style style = terminal.style();
        terminal.print(style.bold(why.key().kid().value()) + "  " + why.key().group() + "  "
                + why.key().state() + ", private half " + why.key().privateHalf());
        for (Derivation instant : why.instants()) {
            terminal.print("");
            terminal.print("  " + style.bold(instant.name()) + " = " + Times.at(instant.result()) + "  "
                    + style.dim(Times.from(now, instant.result())));
            Table sum = new Table().row(Times.at(instant.base()), instant.baseName(), "");
            instant.terms().forEach(t -> sum.row(signed(t), t.meaning(), t.symbol()));
            sum.lines("      ").forEach(terminal::print);
        }
        if (why.beganEarly()) {
            terminal.print("\n  " + style.wary("signs by --hard") + " since "
                    + Times.at(why.key().times().require(Moment.ACTIVATED))
                    + ", before readyAt: verifiers that did not ask again refused its tokens until then");
        }
        why.hold()
                .ifPresent(h -> terminal.print("\n  " + style.wary("held") + " by " + h.owner() + " until "
                        + Times.at(h.until()) + ": " + h.reason()));
        why.revocation()
                .ifPresent(r -> terminal.print("\n  " + style.wary("to be revoked") + " at " + Times.at(r.at()) + "  "
                        + style.dim(Times.from(now, r.at())) + ": " + r.record().reason() + " (cause: "
                        + r.record().cause() + ")"));
        why.freezes()
                .forEach(f -> terminal.print("\n  " + style.wary("change freeze") + " from " + Times.at(f.from())
                        + " until " + Times.at(f.until()) + ": " + f.reason()));
        terminal.print("");
        why.steps()
                .forEach(s -> terminal.print("  " + (s.isDue(now) ? style.wary("due") : "planned") + "  "
                        + StepText.of(s.step()) + "  " + Times.at(s.earliest()) + "  "
                        + style.dim(Times.from(now, s.earliest()) + "; " + s.reason())));
        if (why.steps().isEmpty()) {
            terminal.print("  nothing is planned for it");
        }
    }

    private static String signed(Derivation.Term term) {
        return (term.value().isNegative() ? "- " : "+ ")
                + Durations.format(term.value().abs());
    }

    private static Map<String, Object> view(Explanation why, Instant now) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("now", now.toString());
        view.put("kid", why.key().kid().value());
        view.put("state", why.key().state().name());
        view.put("instants", why.instants().stream().map(Views::derivation).toList());
        if (why.beganEarly()) {
            view.put("beganEarly", true);
        }
        view.put("steps", why.steps().stream().map(Views::step).toList());
        view.put("freezes", why.freezes().stream().map(Views::freeze).toList());
        why.revocation().ifPresent(r -> view.put("scheduledRevocation", Views.revocation(r)));
        why.hold()
                .ifPresent(h -> view.put(
                        "hold",
                        Map.of(
                                "owner",
                                h.owner(),
                                "reason",
                                h.reason(),
                                "until",
                                h.until().toString())));
        return view;
    }
}
