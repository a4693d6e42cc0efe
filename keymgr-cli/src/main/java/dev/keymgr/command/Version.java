package dev.keymgr.command;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar this runs from. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "keymgr " + (version == null ? "development" : version), "Java ${java.version} (${java.vendor})"
        };
    }
}
