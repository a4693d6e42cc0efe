package dev.keymgr.testkit;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a token holds, by the platform's own PKCS#11 provider in a process of its own: a second opinion that shares no code
 * with the product.
 */
public final class TokenReader {
    private static final String PIN = "TOKEN_READER_PIN";

    /**
     * A private key and what the platform says of it.
     *
     * @param publicKey of its certificate, DER in base64
     */
    public record Held(String publicKey, String description) {}

    private TokenReader() {}

    /** Every private key of a token of a folder whose servers are up. */
    public static List<Held> read(DemoFolder folder, String label) {
        List<Held> held = new ArrayList<>();
        ask(folder, label)
                .out()
                .lines()
                .map(line -> line.split("\\|", 2))
                .forEach(parts -> held.add(new Held(parts[0], parts[1])));
        return held;
    }

    /** Destroys one, by the public half in its certificate. */
    public static void destroy(DemoFolder folder, String label, String publicKey) {
        ask(folder, label, publicKey);
    }

    private static Keymgr.Run ask(DemoFolder folder, String label, String... more) {
        Map<String, String> environment = new HashMap<>(folder.keymgr().environment());
        environment.put("P11_KIT_SERVER_ADDRESS", "unix:path=" + socket(folder, label));
        environment.put(
                PIN, DemoFolder.read(folder.file("secrets/" + label + ".pin")).strip());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java") + "",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target", "test-classes").toAbsolutePath() + "",
                TokenReader.class.getName(),
                client(folder)));
        command.addAll(List.of(more));
        return Shell.run(folder.root(), environment, command).expect(0);
    }

    public static String socket(DemoFolder folder, String label) {
        return DemoFolder.read(folder.file("hsm/" + label + "/socket")).strip();
    }

    /** The client library that the configuration names. */
    public static String client(DemoFolder folder) {
        return DemoFolder.read(folder.config())
                .lines()
                .filter(l -> l.strip().startsWith("client:"))
                .map(l -> l.replaceFirst("^\\s*client:\\s*", ""))
                .findFirst()
                .orElseThrow();
    }

    /** Prints a line for each private key; or destroys the one whose public half is the second argument. */
    public static void main(String[] arguments) throws Exception {
        Provider provider = Security.getProvider("SunPKCS11")
                .configure("--name = reader\nlibrary = \"" + arguments[0] + "\"\nslotListIndex = 0");
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, System.getenv(PIN).toCharArray());
        for (String alias : Collections.list(store.aliases())) {
            if (store.getKey(alias, null) instanceof PrivateKey key) {
                String publicKey = Base64.getEncoder()
                        .encodeToString(
                                store.getCertificate(alias).getPublicKey().getEncoded());
                System.out.println(
                        publicKey + "|" + key + " encoded " + (key.getEncoded() == null ? "never" : "READABLE"));
                if (arguments.length > 1 && publicKey.equals(arguments[1])) {
                    store.deleteEntry(alias);
                }
            }
        }
    }
}
