package dev.keymgr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.keymgr.testkit.Keymgr.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A folder as {@code quickstart} makes it, with the real simulated HSM. Close it, or its servers outlive the test. */
public final class DemoFolder implements AutoCloseable {
    /** These tests live on the real clock, for so do the processes they run; it is made here only. */
    public static final Clock CLOCK = Clock.systemUTC();

    /** The scopes that quickstart makes; each has the tokens a and b of its name. */
    public static final List<String> SCOPES = List.of("consumer", "enterprise");

    private final Path root;
    private final Keymgr keymgr;

    private DemoFolder(Path root) {
        this.root = root;
        this.keymgr = Keymgr.in(Objects.requireNonNull(root.getParent()))
                .with("KEYMGR_CONFIG", root.resolve("keymgr.yaml") + "");
    }

    /** A folder that is not there yet. */
    public static DemoFolder notYet(Path root) {
        return new DemoFolder(root);
    }

    /** With tokens and store, without keys; a policy of seconds. */
    public static DemoFolder withoutKeys(Path root) {
        DemoFolder folder = new DemoFolder(root);
        folder.keymgr.expect(0, "init", "--fast", root.toString());
        return folder;
    }

    /** With keys that come and go in seconds. */
    public static DemoFolder fast(Path root) {
        DemoFolder folder = withoutKeys(root);
        folder.keymgr.expect(0, "apply");
        return folder;
    }

    /** A standby is ready 4 s after its publication, but nothing else happens by itself for an hour. */
    public static DemoFolder steady(Path root) {
        DemoFolder folder = withoutKeys(root);
        folder.edit("rotation: 20s", "rotation: 1h");
        folder.edit("max-lifetime: 4s", "max-lifetime: 5m");
        folder.edit("suspension: 10s", "suspension: 10m");
        folder.keymgr.expect(0, "apply");
        return folder;
    }

    public Keymgr keymgr() {
        return keymgr;
    }

    public Path root() {
        return root;
    }

    public Path file(String name) {
        return root.resolve(name);
    }

    public Path config() {
        return file("keymgr.yaml");
    }

    public Path document(String scope) {
        return root.resolve("public").resolve(scope).resolve("jwks.json");
    }

    /** Replaces a text of the configuration wherever it stands; it must stand somewhere. */
    public void edit(String text, String replacement) {
        String before = read(config());
        assertThat(before).contains(text);
        write(config(), before.replace(text, replacement));
    }

    /** The same, once, in one scope. */
    public void edit(String scope, String text, String replacement) {
        String before = read(config());
        int place = before.indexOf(text, before.indexOf("\n  " + scope + ":\n"));
        assertThat(place).as(before).isPositive();
        write(config(), before.substring(0, place) + replacement + before.substring(place + text.length()));
    }

    public static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code hsm-config/hsm} of the built product on this folder, and demands that it ends well. */
    public String hsm(String verb, String... labels) {
        List<String> command = new ArrayList<>(List.of(
                Path.of("target", "keymgr", "hsm-config", "hsm").toAbsolutePath() + "", verb, "--home", root + ""));
        command.addAll(List.of(labels));
        return Shell.run(root, keymgr.environment(), command).expect(0).out();
    }

    /** Kills a token's server and its connections as a dying machine would. */
    public void killServer(String label) {
        String group = read(file("hsm/" + label + "/pid")).strip();
        Shell.run(root, keymgr.environment(), List.of("kill", "-KILL", "--", "-" + group))
                .expect(0);
    }

    /** Has a token's server hang: its connections stay open and nothing answers. */
    public void freezeServer(String label) {
        signalServer(label, "-STOP");
    }

    public void thawServer(String label) {
        signalServer(label, "-CONT");
    }

    private void signalServer(String label, String signal) {
        String group = read(file("hsm/" + label + "/pid")).strip();
        Shell.run(root, keymgr.environment(), List.of("kill", signal, "--", "-" + group))
                .expect(0);
    }

    /** Process groups of servers that this folder's pid files name and that live. */
    public Set<String> serversUp() {
        Set<String> up = new TreeSet<>();
        Run status = Shell.run(
                root,
                keymgr.environment(),
                List.of(
                        Path.of("target", "keymgr", "hsm-config", "hsm").toAbsolutePath() + "",
                        "status",
                        "--home",
                        root + ""));
        status.out().lines().filter(l -> l.contains(" up ")).forEach(l -> up.add(l.split(" ", 2)[0]));
        return up;
    }

    /** Changes the store past the product, as a hand or a failing disk would. */
    public void sql(String statement) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file("keymgr.db"));
                Statement each = connection.createStatement()) {
            each.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    /** The first column of what a query finds. */
    public List<String> query(String select) {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file("keymgr.db"));
                Statement each = connection.createStatement();
                ResultSet rows = each.executeQuery(select)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(select, e);
        }
        return found;
    }

    // ---- what the product says

    /** Every key of a scope in a state, as {@code keys --all} shows them. */
    public List<JsonNode> keys(String scope, String state) {
        return stream(keymgr.expect(0, "-o", "json", "keys", scope, "--all")
                        .json()
                        .get("keys"))
                .filter(k -> k.get("state").textValue().equals(state))
                .toList();
    }

    public JsonNode only(String scope, String state) {
        List<JsonNode> found = keys(scope, state);
        assertThat(found).as(state + " in " + scope).hasSize(1);
        return found.get(0);
    }

    /** The kids of a scope in any of some states, as they stand in the store. */
    public Set<String> kids(String scope, String... states) {
        return new TreeSet<>(query("SELECT kid FROM signing_key WHERE scope = '" + scope + "' AND state IN ('"
                + String.join("', '", states) + "')"));
    }

    /** The one key of a scope in a state. */
    public String kid(String scope, String state) {
        Set<String> kids = kids(scope, state);
        assertThat(kids).as(state + " in " + scope).hasSize(1);
        return kids.iterator().next();
    }

    /** The end of the audit record and the generations: what a command that changes nothing leaves as it is. */
    public String standing() {
        return query("SELECT sequence || ':' || hash FROM audit_head UNION ALL"
                        + " SELECT scope || ' ' || generation FROM keyring")
                .toString();
    }

    /** The kids in a document as it lies in its folder. */
    public Set<String> published(String scope) {
        Set<String> kids = new TreeSet<>();
        stream(StrictJson.parse(read(document(scope)), document(scope).toString())
                        .get("keys"))
                .forEach(k -> kids.add(k.get("kid").textValue()));
        return kids;
    }

    /** The public half of a published key, DER in base64, as another library reads it from the document. */
    public String publicKey(String scope, String kid) {
        try {
            JWK key = JWKSet.load(document(scope).toFile()).getKeyByKeyId(kid);
            return Base64.getEncoder()
                    .encodeToString(key.toECKey().toPublicKey().getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(document(scope) + " is no key set", e);
        }
    }

    public String token(String scope) {
        return keymgr.feed("{\"sub\":\"alice\"}", "sign", scope).expect(0).out().strip();
    }

    /** The outcome of one of doctor's checks. */
    public static String result(JsonNode doctor, String check) {
        return stream(doctor.get("checks"))
                .filter(c -> c.get("check").textValue().equals(check))
                .map(c -> c.get("result").textValue())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + check + " in " + doctor));
    }

    public JsonNode doctor() {
        Run run = keymgr.run("-o", "json", "doctor");
        assertThat(run.exit()).as(run.toString()).isIn(0, 1);
        return run.json();
    }

    /**
     * The laws, as far as they show from outside: one active key, nothing but live keys of the scope in its document, no
     * orphan, inventory and sink agree, the record is whole.
     */
    public void requireSound() {
        JsonNode doctor = doctor();
        assertThat(result(doctor, "audit chain")).as(doctor.toPrettyString()).isEqualTo("ok");
        assertThat(result(doctor, "scopes apart")).as(doctor.toPrettyString()).isEqualTo("ok");
        for (String scope : SCOPES) {
            assertThat(result(doctor, "custody " + scope))
                    .as(doctor.toPrettyString())
                    .isEqualTo("ok");
            assertThat(result(doctor, "documents " + scope))
                    .as(doctor.toPrettyString())
                    .isEqualTo("ok");
            assertThat(published(scope)).isEqualTo(kids(scope, "PUBLISHED", "ACTIVE", "RETIRED", "SUSPENDED"));
            assertThat(kids(scope, "ACTIVE")).hasSize(1);
        }
    }

    public static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the servers. */
    @Override
    public void close() {
        // A token's folder is made by its first start.
        if (Files.isDirectory(root.resolve("hsm/consumer-a"))) {
            hsm("down");
        }
    }
}
