package dev.keymgr;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.util.OSInfo;

/**
 * What the launcher has the JVM run while it records a class archive: the classes met here load fast from then on. It also
 * lays the native libraries beside the archive, so that no later run unpacks them again.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Takes the folder for the native libraries, which the JVM was told to load them from. */
    public static void main(String[] args) throws IOException, SQLException {
        Path folder = Path.of(args[0]);
        copy("/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS(), "sqlitejdbc", folder);
        copy("/com/sun/jna/" + Platform.RESOURCE_PREFIX, "jnidispatch", folder);

        requireDone(Main.run("--version"));
        requireDone(Main.run("--help"));

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = connection.createStatement()) {
            statement.execute("select 1");
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
