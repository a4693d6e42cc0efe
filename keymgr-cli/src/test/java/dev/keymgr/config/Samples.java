package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The files of the tests. */
final class Samples {
    static final Path FILE = Path.of("keymgr.yaml");

    private Samples() {}

    /** Every key with another value than its default. */
    static String sound() {
        return resource("sound.yaml");
    }

    /** The least that loads. */
    static String least() {
        return """
                version: 1
                hsm: {client: /opt/p11/p11-kit-client.so}
                scopes:
                  consumer:
                    issuer: https://login.example/consumer
                    audiences: [https://api.example/consumer]
                    tokens:
                      - {label: consumer-a, pin-source: "file:secrets/consumer-a.pin"}
                      - {label: consumer-b, pin-source: "file:secrets/consumer-b.pin"}
                    publish: {directory: public/consumer}
                """;
    }

    /** The same where a daemon serves the documents. */
    static String withoutFolder() {
        return least().replace("    publish: {directory: public/consumer}\n", "")
                .concat("daemon: {}\n");
    }

    static KeymgrConfig load(String text) {
        return ConfigLoader.parse(text, FILE);
    }

    /** The lines of the loader's answer; empty when it took the file. */
    static List<String> answer(String text) {
        try {
            return load(text).scopes().isEmpty() ? List.of("no scopes") : List.of();
        } catch (ConfigException e) {
            return Objects.requireNonNull(e.getMessage()).lines().toList();
        }
    }

    /** A file with something wrong in it. */
    record BadFile(String name, String text, boolean isBeyondTheSchema, List<String> answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The table in bad-files.txt, which explains its form. */
    static List<BadFile> badFiles() {
        List<BadFile> files = new ArrayList<>();
        List<String> cases = List.of(resource("bad-files.txt").split("\n== ", -1));
        for (String text : cases.subList(1, cases.size())) {
            List<String> lines = text.lines().toList();
            List<String> whole = marked(lines, "@ ");
            files.add(new BadFile(
                    lines.get(0),
                    whole.isEmpty() ? edited(lines) : String.join("\n", whole) + "\n",
                    lines.contains("~"),
                    marked(lines, "! ")));
        }
        return files;
    }

    private static List<String> marked(List<String> lines, String mark) {
        return lines.stream()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .toList();
    }

    private static String edited(List<String> edits) {
        List<String> file = new ArrayList<>(sound().lines().toList());
        int at = 0;
        String indentation = "";
        for (String edit : edits) {
            if (edit.startsWith("< ")) {
                while (at < file.size() && !file.get(at).strip().equals(edit.substring(2))) {
                    at++;
                }
                assertThat(at).as("the place of %s", edit).isLessThan(file.size());
                String line = file.remove(at);
                indentation =
                        line.substring(0, line.length() - line.stripLeading().length());
            } else if (edit.startsWith("> ")) {
                boolean document = edit.equals("> ---");
                file.add(at++, (document ? "" : indentation) + edit.substring(2));
                indentation = document ? "" : indentation;
            }
        }
        return String.join("\n", file) + "\n";
    }

    static String resource(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
