package dev.keymgr.store.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process, as others are told of it when they find a scope busy. */
record Self(long pid, String host) {
    private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    static Self current() {
        return new Self(ProcessHandle.current().pid(), hostName());
    }

    /** Not by InetAddress: that asks the name service, which may take seconds. */
    private static String hostName() {
        try {
            return Files.readString(KERNEL_HOST_NAME).strip();
        } catch (IOException e) {
            String host = System.getenv("HOSTNAME");
            return host == null || host.isBlank() ? "an unnamed host" : host;
        }
    }

    @Override
    public String toString() {
        return "keymgr pid " + pid + " on " + host;
    }
}
