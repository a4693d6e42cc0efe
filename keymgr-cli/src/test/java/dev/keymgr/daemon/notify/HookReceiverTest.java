package dev.keymgr.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.config.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookReceiverTest {
    private static final Notification NOTIFICATION =
            new Notification("7-0123456789abcdef", EventType.KEY_REVOKED, "{\"a\":\"$(id) é\"}");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    @Test
    void givesTheEventOnStandardInputAndLittleElse() throws Exception {
        Path hook = script("cat > " + folder + "/in; env > " + folder + "/env; pwd > " + folder + "/pwd; echo \"$@\" > "
                + folder + "/args");

        Answer answer = new HookReceiver(List.of(hook.toString(), "--team", "$(id)"), TIMEOUT).deliver(NOTIFICATION);

        assertThat(answer).isEqualTo(Answer.DELIVERED);
        assertThat(folder.resolve("in")).hasContent(NOTIFICATION.json());
        assertThat(folder.resolve("args")).hasContent("--team $(id)");
        assertThat(folder.resolve("pwd")).hasContent("/");
        assertThat(Files.readAllLines(folder.resolve("env")))
                .filteredOn(line -> !line.matches("(PWD|SHLVL|_)=.*"))
                .extracting(line -> line.substring(0, line.indexOf('=')))
                .containsExactlyInAnyOrder("PATH", "KEYMGR_EVENT_ID", "KEYMGR_EVENT_TYPE");
        assertThat(folder.resolve("env"))
                .content()
                .contains("KEYMGR_EVENT_ID=7-0123456789abcdef")
                .contains("KEYMGR_EVENT_TYPE=dev.keymgr.key.revoked");
    }

    @Test
    void takesAnyOtherExitCodeForAFailure() throws Exception {
        assertThat(new HookReceiver(List.of(script("exit 3").toString()), TIMEOUT).deliver(NOTIFICATION))
                .isEqualTo(Answer.failed("exit code 3"));
    }

    @Test
    void mindsNeitherUnreadInputNorMuchOutput() throws Exception {
        Path hook = script("exec 0<&-; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2");

        assertThat(new HookReceiver(List.of(hook.toString()), TIMEOUT).deliver(NOTIFICATION))
                .isEqualTo(Answer.DELIVERED);
    }

    @Test
    void takesAProgramThatIsNotThereForAFailure() throws Exception {
        assertThat(new HookReceiver(List.of(folder + "/none"), TIMEOUT).deliver(NOTIFICATION))
                .isEqualTo(Answer.failed("the program cannot be started"));
    }

    @Test
    void killsWhatDoesNotEndAndItsChildren() throws Exception {
        Path hook = script("sleep 600 & echo $! > " + folder + "/child; wait");

        Answer answer = new HookReceiver(List.of(hook.toString()), Duration.ofSeconds(5)).deliver(NOTIFICATION);

        assertThat(answer).isEqualTo(Answer.failed("not done within 5 s"));
        long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
        await().until(() ->
                ProcessHandle.of(child).filter(HookReceiverTest::isRunning).isEmpty());
    }

    /** One that was killed may wait for someone to ask after it. */
    private static boolean isRunning(ProcessHandle process) {
        try {
            return process.isAlive()
                    && !Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                            .contains(") Z ");
        } catch (IOException e) {
            return false;
        }
    }

    private Path script(String body) throws IOException {
        Path file = Files.createFile(
                folder.resolve("hook.sh"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    }
}
