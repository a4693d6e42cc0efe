package dev.keymgr.kit;

import dev.keymgr.json.Json;
import dev.keymgr.key.Scope;
import dev.keymgr.kit.Expectations.Expectation;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Test tokens for the verifiers of one scope, the documents to judge them with, and the verdicts that are owed. Its keys are
 * made for it alone and are in none of its files. Immutable.
 */
public final class Kit {
    private final Expectations expectations;
    private final Map<String, byte[]> files;

    private Kit(Expectations expectations, Map<String, byte[]> files) {
        this.expectations = expectations;
        this.files = Collections.unmodifiableMap(files);
    }

    /**
     * Makes one and has keymgr's own verifier judge it.
     *
     * @param scope whose name, issuer and first audience are in it; nothing else of it is used
     * @param now when it is made; it is good for {@link Expectations#goodUntil()}
     * @param random for its keys
     * @throws IllegalStateException when keymgr's own verifier does not score full marks
     */
    public static Kit make(Scope scope, Instant now, SecureRandom random) {
        Cast cast = new Cast(scope, now, random);
        List<Case> cases = Cases.of(cast);
        Scope one = new Scope(scope.name(), scope.issuer(), List.of(cast.audience()));
        Expectations expectations = new Expectations(
                one,
                cast.foil().scope(),
                cast.span().made(),
                cast.span().goodUntil(),
                Span.TOKEN_LIFETIME_MAX,
                KitDocuments.SEQUENCE,
                cases.stream().map(Expectation::of).toList());
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("README.md", utf8(KitReadme.of(expectations)));
        files.put("authority.pem", cast.home().pem());
        KitDocuments.of(cast).forEach((path, content) -> files.put("documents/" + path, content));
        cases.forEach(each -> files.put(each.file(), utf8(each.token() + "\n")));
        files.put("verdicts/keymgr.jsonl", utf8(judged(expectations, files)));
        // Last: a folder in which writing stopped half-way has none, and is no kit.
        files.put(Expectations.FILE, utf8(Json.renderPretty(expectations.members()) + "\n"));
        return new Kit(expectations, files);
    }

    private static String judged(Expectations expectations, Map<String, byte[]> files) {
        ReferenceVerifier reference = new ReferenceVerifier(
                expectations,
                path -> Objects.requireNonNull(files.get(path), path),
                Clock.fixed(expectations.made(), ZoneOffset.UTC));
        StringBuilder lines = new StringBuilder();
        for (Expectation one : expectations.cases()) {
            String verdict = reference.judge(one);
            if (!verdict.equals(one.verdict())) {
                throw new IllegalStateException("keymgr's verifier says " + verdict + " to the test token " + one.id()
                        + ", not " + one.verdict());
            }
            lines.append(Score.line(one.id(), one.accepted())).append('\n');
        }
        return lines.toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public Expectations expectations() {
        return expectations;
    }

    /** The content of each file by its path, in the order in which they are to be written. */
    public Map<String, byte[]> files() {
        return files;
    }
}
