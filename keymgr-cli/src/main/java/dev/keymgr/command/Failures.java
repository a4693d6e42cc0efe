package dev.keymgr.command;

import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.lifecycle.Advance;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place where an error becomes words and an exit code, so that no command catches any. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final KeymgrCommand root;

    Failures(KeymgrCommand root) {
        this.root = root;
    }

    /** What was typed and cannot be: the word itself, what is like it, where to read on; not the whole page of help. */
    @Override
    public int handleParseException(ParameterException error, String[] arguments) {
        CommandLine line = error.getCommandLine();
        String fault = String.valueOf(error.getMessage());
        if (fault.equals(KeymgrCommand.NO_COMMAND)) {
            line.usage(root.terminal().err());
            return ExitCodes.USAGE;
        }
        String name = line.getCommandSpec().qualifiedName();
        StringWriter alike = new StringWriter();
        UnmatchedArgumentException.printSuggestions(error, new PrintWriter(alike, true));
        String message = (fault.endsWith(".") ? fault.substring(0, fault.length() - 1) : fault)
                + (alike.toString().isBlank() ? "" : "; " + alike.toString().strip())
                + (fault.contains("but found '-") ? "; a word that begins like an option goes last, after --" : "")
                + "; see: " + name + " --help";
        return report(new KeymgrException(ErrorCode.USAGE, message, error));
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine line, ParseResult parsed) {
        if (error instanceof KeymgrException expected) {
            return report(expected);
        }
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        root.terminal().say("keymgr: this is a fault of keymgr itself; nothing further was done. Please report it:");
        root.terminal().say(trace.toString());
        return ExitCodes.CHECK_FAILED;
    }

    private int report(KeymgrException error) {
        int exit = ExitCodes.of(error.code());
        if (root.isJson()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("error", view(error));
            List<Map<String, Object>> others = Stream.of(error.getSuppressed())
                    .filter(KeymgrException.class::isInstance)
                    .map(other -> view((KeymgrException) other))
                    .toList();
            if (!others.isEmpty()) {
                all.put("others", others);
            }
            root.terminal().say(new String(Json.render(all), StandardCharsets.UTF_8));
        } else {
            String label = root.terminal().style().bad("keymgr: ");
            root.terminal().say(label + error.getMessage() + " [" + error.code().id() + "]");
            for (Throwable other : error.getSuppressed()) {
                if (other instanceof KeymgrException also
                        && !String.valueOf(also.getMessage()).equals(error.getMessage())) {
                    root.terminal()
                            .say(label + also.getMessage() + " [" + also.code().id() + "]");
                }
            }
        }
        return exit;
    }

    static Map<String, Object> view(KeymgrException error) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("code", error.code().id());
        view.put("message", String.valueOf(error.getMessage()));
        view.put("exitCode", (long) ExitCodes.of(error.code()));
        return view;
    }

    /** The exit code of several advances: that of the first failure. */
    static int exitOf(Iterable<Advance> advances) {
        for (Advance advance : advances) {
            if (advance.firstError().isPresent()) {
                ErrorCode code = advance.firstError().get().code();
                return ExitCodes.of(code);
            }
        }
        return ExitCodes.DONE;
    }
}
