package dev.keymgr;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.keymgr.config.ConfigLoader;
import dev.keymgr.config.StarterConfig;
import dev.keymgr.config.StarterConfig.Pace;
import dev.keymgr.config.StoreConfig;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.sqlite.util.OSInfo;

/**
 * What the launcher has the JVM run while it records a class archive: the classes met here load fast from then on. It also
 * lays the native libraries beside the archive, so that no later run unpacks them again.
 */
final class Rehearsal {
    /** On two scopes without keys. None of them opens a token. */
    private static final List<String> COMMANDS = List.of("status", "keys", "plan");

    private Rehearsal() {}

    /** Takes an empty folder, the one that the JVM was told to load native libraries from. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        copy("/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS(), "sqlitejdbc", folder);
        copy("/com/sun/jna/" + Platform.RESOURCE_PREFIX, "jnidispatch", folder);

        Path configuration = folder.resolve("keymgr.yaml");
        Files.writeString(configuration, new StarterConfig(Pace.DAYS, null, folder.resolve("no-module")).render());
        StoreConfig.Sqlite store =
                (StoreConfig.Sqlite) ConfigLoader.load(configuration).store();
        JdbcStore.migrate(StoreSettings.sqlite(store.file()), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

        requireDone(Main.run("--version"));
        requireDone(Main.run("--help"));
        for (String command : COMMANDS) {
            requireDone(Main.run("--config", configuration.toString(), command));
            requireDone(Main.run("--config", configuration.toString(), "--output", "json", command));
        }
        System.out.println(Native.POINTER_SIZE + " bytes in a pointer, " + Security.getProvider("SunPKCS11"));
    }

    private static void copy(String resourceFolder, String library, Path folder) throws IOException {
        String name = System.mapLibraryName(library);
        try (InputStream in = Rehearsal.class.getResourceAsStream(resourceFolder + "/" + name)) {
            if (in == null) {
                throw new IOException(resourceFolder + "/" + name + " is in no jar; the platform is not supported");
            }
            Files.copy(in, folder.resolve(name));
        }
    }

    private static void requireDone(int exitCode) {
        if (exitCode != 0) {
            throw new IllegalStateException("a rehearsed command ended with " + exitCode);
        }
    }
}
