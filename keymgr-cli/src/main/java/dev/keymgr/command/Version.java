package dev.keymgr.command;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar this runs from. */
public final class Version implements IVersionProvider {
    static String ofThisJar() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"keymgr " + ofThisJar(), "Java ${java.version} (${java.vendor})"};
    }
}
