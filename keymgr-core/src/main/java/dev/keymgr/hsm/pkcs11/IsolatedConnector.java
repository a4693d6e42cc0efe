package dev.keymgr.hsm.pkcs11;

import com.sun.jna.NativeLibrary;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.TokenLabel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token server behind a socket, reached through p11-kit's client library.
 *
 * <p>Two traps shape this class. The client library takes the server's address from the environment of the process at the
 * moment its function list is taken; so the address is set right before, under one lock for the whole process. And the
 * platform's provider keeps one module per library path for ever, broken once its server has died; so each provider gets
 * the library under a link of a name never used before.
 */
final class IsolatedConnector implements Connector {
    private static final String ADDRESS_VARIABLE = "P11_KIT_SERVER_ADDRESS";

    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-.";

    /** The environment is the process's, so is its lock. */
    private static final Object ENVIRONMENT = new Object();

    /** One server answers one call at a time; more would only open and close sessions (the provider keeps five). */
    private static final int SIGNATURES_AT_ONCE = 5;

    private final TokenLabel token;
    private final Pkcs11Connection.Isolated connection;
    private @Nullable Cryptoki module;
    private @Nullable String moduleAddress;

    IsolatedConnector(TokenLabel token, Pkcs11Connection.Isolated connection) {
        this.token = token;
        this.connection = connection;
    }

    /**
     * Takes the function list once per address and starts it again for each connection: a list taken is memory of the
     * client library that is never given back, and during an outage every call comes by here.
     */
    @Override
    public synchronized Cryptoki openModule() {
        String address = address();
        Cryptoki known = module;
        if (known == null || !address.equals(moduleAddress)) {
            known = withAddress(address, () -> Modules.load(token, connection.clientLibrary()));
            module = known;
            moduleAddress = address;
        }
        try {
            known.initialize();
        } catch (CryptokiException e) {
            throw down("its server does not answer (" + e.returned() + ")", e);
        }
        return known;
    }

    @Override
    public void closeModule(Cryptoki opened) {
        try {
            opened.finish();
        } catch (CryptokiException e) {
            // The server is gone, and the connection with it.
        }
    }

    @Override
    public Provider openProvider(long slot) {
        try (ModuleLink link = ModuleLink.create(connection.runtimeDirectory(), connection.clientLibrary())) {
            return withAddress(address(), () -> Modules.provider(token, link.library(), slot));
        } catch (IOException e) {
            throw new HsmException(
                    ErrorCode.TOKEN_MODULE,
                    token,
                    "cannot make a link to the client library in " + connection.runtimeDirectory()
                            + "; make that folder writable",
                    e);
        }
    }

    @Override
    public int signaturesAtOnce() {
        return SIGNATURES_AT_ONCE;
    }

    private String address() {
        return "unix:path=" + escape(socket());
    }

    private <T> T withAddress(String address, Supplier<T> loading) {
        synchronized (ENVIRONMENT) {
            int failed = NativeLibrary.getProcess()
                    .getFunction("setenv")
                    .invokeInt(new Object[] {ADDRESS_VARIABLE, address, 1});
            if (failed != 0) {
                throw new HsmException(ErrorCode.TOKEN_MODULE, token, "cannot set " + ADDRESS_VARIABLE);
            }
            return loading.get();
        }
    }

    private Path socket() {
        Path file = connection.socketFile();
        if (!Files.exists(file)) {
            throw down("there is no " + file, null);
        }
        if (!Files.isRegularFile(file)) {
            return file;
        }
        try {
            Path socket = Path.of(Files.readString(file).strip());
            if (!Files.exists(socket)) {
                throw down("there is no socket " + socket, null);
            }
            return socket;
        } catch (IOException e) {
            throw down(file + " cannot be read", e);
        }
    }

    private HsmException down(String fact, @Nullable Throwable cause) {
        return Failures.unavailable(token, fact + "; start it with 'hsm-config/hsm up'", cause);
    }

    /** Addresses are written like URIs: everything but plain characters as percent and two digits. */
    private static String escape(Path path) {
        StringBuilder escaped = new StringBuilder();
        for (byte octet : path.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xFF);
            escaped.append(
                    PLAIN.indexOf(c) >= 0
                            ? String.valueOf(c)
                            : "%" + HexFormat.of().toHexDigits(octet));
        }
        return escaped.toString();
    }
}
