package dev.keymgr.hsm.pin;

import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the configured form of a PIN source: {@code file:PATH}, {@code env:NAME}, {@code fd:N}, {@code credential:NAME} (a
 * file in the folder that systemd names in {@code CREDENTIALS_DIRECTORY}) or {@code command:PROGRAM ARGUMENTS}.
 */
public final class PinSources {
    private static final String FORMS = "file:PATH, env:NAME, fd:N, credential:NAME or command:PROGRAM ARGUMENTS";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern CREDENTIAL = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    /** 0 to 2 are the standard streams. */
    private static final Pattern DESCRIPTOR = Pattern.compile("[3-9]|[1-9][0-9]{1,5}");

    private final Path base;
    private final Map<String, String> environment;

    /**
     * Reads nothing yet.
     *
     * @param base where relative paths begin and commands run
     */
    public PinSources(Path base, Map<String, String> environment) {
        this.base = base;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Understands one specification; the PIN itself is read at each login.
     *
     * @throws KeymgrException CONFIG_INVALID when it has none of the forms; the text is not repeated, for it may be a PIN
     *     that somebody put there by mistake
     */
    public PinSource parse(String specification) {
        int colon = specification.indexOf(':');
        String scheme = colon < 0 ? "" : specification.substring(0, colon);
        String rest = specification.substring(colon + 1).strip();
        if (rest.isEmpty()) {
            throw invalid("it is not one of " + FORMS);
        }
        return switch (scheme) {
            case "file" ->
                new FilePinSource(base.resolve(rest), "file " + base.resolve(rest), FilePinSource.Rule.OURS_ALONE);
            case "env" -> new EnvironmentPinSource(matching(NAME, rest, "env:NAME"), environment);
            case "fd" -> new DescriptorPinSource(Integer.parseInt(matching(DESCRIPTOR, rest, "fd:N with N from 3")));
            case "credential" -> credential(matching(CREDENTIAL, rest, "credential:NAME"));
            case "command" -> new CommandPinSource(List.of(rest.split("\\s+")), base);
            default -> throw invalid("it is not one of " + FORMS);
        };
    }

    private PinSource credential(String name) {
        String folder = environment.get("CREDENTIALS_DIRECTORY");
        if (folder == null) {
            throw invalid("credential:" + name + " needs CREDENTIALS_DIRECTORY, which systemd sets for a service with "
                    + "LoadCredential");
        }
        return new FilePinSource(
                Path.of(folder).resolve(name), "systemd credential " + name, FilePinSource.Rule.SERVICE_MANAGER);
    }

    private static String matching(Pattern form, String text, String wanted) {
        if (!form.matcher(text).matches()) {
            throw invalid("it has not the form " + wanted);
        }
        return text;
    }

    private static KeymgrException invalid(String fact) {
        return new KeymgrException(ErrorCode.CONFIG_INVALID, "a PIN source is not understood: " + fact);
    }
}
