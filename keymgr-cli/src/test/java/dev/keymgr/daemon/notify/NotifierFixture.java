package dev.keymgr.daemon.notify;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store with one receiver, whose letters come to an inbox. */
abstract class NotifierFixture {
    @TempDir
    private static Path origin;

    @TempDir
    private Path folder;

    final Inbox inbox = new Inbox().up();
    Office office;
    WebhookReceiver crew;

    @BeforeAll
    static void found() {
        Office.found(origin);
    }

    @BeforeEach
    void open() throws IOException {
        office = new Office(folder, origin);
        crew = office.webhook("crew", inbox);
    }

    @AfterEach
    void close() {
        inbox.close();
        office.close();
    }

    /** A receiver that is known, and owed nothing. */
    Notifier started() {
        Notifier notifier = office.notifier(crew);
        notifier.run();
        return notifier;
    }
}
