package dev.keymgr;

import ch.qos.logback.core.PropertyDefinerBase;
import java.util.Map;
import java.util.Optional;

/**
 * How the log of a process that stays looks: {@code -Dkeymgr.log} or else {@code $KEYMGR_LOG}, {@code plain} or {@code json};
 * plain when neither is set. Anything else is reported on standard error and means plain, for a daemon without a log would be
 * worse. Made by logback by name.
 */
public final class LogForm extends PropertyDefinerBase {
    static final String PROPERTY = "keymgr.log";
    static final String VARIABLE = "KEYMGR_LOG";

    private static final String PLAIN = "plain";
    private static final String JSON = "json";

    private final Map<String, String> environment;

    /** Called by logback. */
    public LogForm() {
        this(System.getenv());
    }

    LogForm(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String getPropertyValue() {
        String wanted = Optional.ofNullable(System.getProperty(PROPERTY))
                .or(() -> Optional.ofNullable(environment.get(VARIABLE)))
                .filter(value -> !value.isEmpty())
                .orElse(PLAIN);
        if (!wanted.equals(PLAIN) && !wanted.equals(JSON)) {
            addError("the form of the log (" + PROPERTY + ", " + VARIABLE + ") is '" + wanted + "', neither " + PLAIN
                    + " nor " + JSON + "; logging " + PLAIN);
            return PLAIN;
        }
        return wanted;
    }
}
