package dev.keymgr.jwks.file;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that publishes, to be killed or starved. Arguments: directory, first number, last number, bytes of padding. */
final class PublishingProcess {
    static final ScopeName SCOPE = new ScopeName("consumer");

    private PublishingProcess() {}

    static JwksDocument document(long number, int padding) {
        String text = "{\"keys\":[],\"number\":" + number + ",\"padding\":\"" + "x".repeat(padding) + "\"}";
        return new JwksDocument(
                SCOPE, new Generation(number), text.getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(5));
    }

    /** Starts it; what it prints, errors too, is to be read from its output. */
    static Process start(Path directory, long first, long last, int padding, String... shellPrefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(shellPrefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PublishingProcess.class.getName(),
                directory.toString(),
                Long.toString(first),
                Long.toString(last),
                Integer.toString(padding)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    public static void main(String[] args) {
        DirectorySink sink = new DirectorySink(Path.of(args[0]));
        int padding = Integer.parseInt(args[3]);
        for (long number = Long.parseLong(args[1]); number <= Long.parseLong(args[2]); number++) {
            try {
                sink.publish(document(number, padding));
                System.out.println("published " + number);
            } catch (KeymgrException e) {
                System.out.println(e.code().id() + " " + e.getMessage());
            }
        }
    }
}
