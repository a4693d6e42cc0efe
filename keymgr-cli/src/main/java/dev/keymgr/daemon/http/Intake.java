package dev.keymgr.daemon.http;

import java.util.concurrent.CompletionStage;

/** Something that takes what is posted, by a client that was recognised. Answers soon, by a thread of its own. */
@FunctionalInterface
public interface Intake {
    /**
     * What is answered.
     *
     * @param status 503 is sent with the advice to come again in a few seconds
     */
    record Reply(int status, String json) {}

    /** Must not wait, and its answer must not fail. */
    CompletionStage<Reply> take(byte[] body);
}
