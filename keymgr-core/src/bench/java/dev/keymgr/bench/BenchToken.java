package dev.keymgr.bench;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.pkcs11.Pkcs11Tokens;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.SimulatedHsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A fresh SoftHSM token behind its own server, in a temporary folder that goes with it. */
final class BenchToken implements AutoCloseable {
    static final TokenLabel LABEL = new TokenLabel("bench-a");

    private final Path home;
    private final SimulatedHsm simulated;
    private final Pkcs11Tokens tokens;

    private BenchToken(Path home) {
        this.home = home;
        this.simulated = SimulatedHsm.start(home, LABEL);
        simulated.initialize(LABEL);
        this.tokens = new Pkcs11Tokens(List.of(simulated.settings(LABEL)));
    }

    static BenchToken start() throws IOException {
        return new BenchToken(Files.createTempDirectory("bench"));
    }

    static CkaId id(int number) {
        return new CkaId(String.format("%032x", number));
    }

    /** A new folder that goes with the token. */
    Path folder(String name) throws IOException {
        return Files.createDirectory(home.resolve(name));
    }

    Hsm hsm() {
        return tokens.require(LABEL);
    }

    Pkcs11Tokens tokens() {
        return tokens;
    }

    SimulatedHsm simulated() {
        return simulated;
    }

    @Override
    public void close() throws IOException {
        tokens.close();
        simulated.close();
        try (Stream<Path> found = Files.walk(home)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
