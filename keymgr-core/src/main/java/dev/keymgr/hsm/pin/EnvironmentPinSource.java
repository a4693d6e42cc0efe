package dev.keymgr.hsm.pin;

import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import java.util.Map;

/**
 * An environment variable. The weakest source: the platform holds the value as a string for the life of the process, and
 * every child inherits it.
 */
final class EnvironmentPinSource implements PinSource {
    private final String name;
    private final Map<String, String> environment;

    EnvironmentPinSource(String name, Map<String, String> environment) {
        this.name = name;
        this.environment = environment;
    }

    @Override
    public String description() {
        return "environment variable " + name;
    }

    @Override
    public Pin read() {
        String value = environment.get(name);
        if (value == null || value.isEmpty()) {
            throw PinBytes.unusable(description(), "is not set, or empty");
        }
        return new Pin(value.toCharArray());
    }
}
