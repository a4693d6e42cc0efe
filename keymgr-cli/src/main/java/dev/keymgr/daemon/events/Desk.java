package dev.keymgr.daemon.events;

import dev.keymgr.daemon.events.Mailroom.Reply;

/** Answers one relying party, by a thread that may wait for the store. */
@FunctionalInterface
interface Desk {
    /**
     * The answer.
     *
     * @throws dev.keymgr.key.KeymgrException of the store: the party is told to come again
     */
    Reply answer(byte[] request);
}
