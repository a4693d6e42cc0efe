package dev.keymgr.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the pages tell people to write in Java, compiled: each snippet as the body of a method that is given its names. */
class SnippetsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\n(.*?)^```$");

    /** What a service has already; everything else must come from the snippet. */
    private static final String BEFORE = """
            import dev.keymgr.authority.*;
            import dev.keymgr.key.*;
            import dev.keymgr.token.*;
            import dev.keymgr.token.remote.*;
            import java.net.URI;
            import java.net.http.HttpClient;
            import java.time.Clock;
            import java.time.Duration;
            import java.util.Set;
            import java.util.function.Consumer;
            import java.util.random.RandomGenerator;

            final class Service {
                static void serve(Scope scope, byte[] pem, String text, Clock clock, RandomGenerator random,
                        Consumer<Decision> decisions) throws TokenRejectedException {
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path classes;

    private static List<String> snippets(String page) {
        List<String> found = new ArrayList<>();
        Matcher matcher = SNIPPET.matcher(page);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** What the compiler has against it; empty for nothing. */
    private String faults(String snippet) {
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Service.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return BEFORE + snippet + "\n}\n}\n";
                    }
                };
        StringWriter faults = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        boolean compiles = ToolProvider.getSystemJavaCompiler()
                .getTask(faults, null, null, options, null, List.of(source))
                .call();
        return compiles ? "" : faults.toString();
    }

    @TestFactory
    Stream<DynamicTest> everySnippetOfEveryPageCompiles() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> pages = Files.walk(DOCS)) {
            for (Path page :
                    pages.filter(p -> p.toString().endsWith(".md")).sorted().toList()) {
                for (String snippet : snippets(Files.readString(page))) {
                    tests.add(DynamicTest.dynamicTest(
                            DOCS.relativize(page).toString(),
                            () -> assertThat(faults(snippet)).isEmpty()));
                }
            }
        }
        assertThat(tests).as("no page has a snippet").isNotEmpty();
        return tests.stream();
    }

    @Test
    void aSnippetThatDoesNotCompileIsFound() {
        assertThat(snippets("text\n```java\nint a = 1;\n```\n```console\n$ ls\n```\n```java\nb();\n```\n"))
                .containsExactly("int a = 1;\n", "b();\n");
        assertThat(faults("Scope same = scope;")).isEmpty();
        assertThat(faults("Scope same = noSuchName;")).contains("noSuchName");
        assertThat(faults("RemoteKeySource.unsigned(scope);")).contains("unsigned");
    }
}
