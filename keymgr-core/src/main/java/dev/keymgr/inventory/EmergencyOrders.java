package dev.keymgr.inventory;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.util.List;
import java.util.Optional;

/**
 * Where orders wait that the store could not take. On this machine only. Every failure is a
 * {@link dev.keymgr.key.KeymgrException} with STORE_UNAVAILABLE. Safe for many threads and processes.
 */
public interface EmergencyOrders {
    /** Keeps none: whoever has only this cannot revoke without a store. */
    EmergencyOrders NONE = new EmergencyOrders() {
        @Override
        public List<EmergencyOrder> of(ScopeName scope) {
            return List.of();
        }

        @Override
        public Optional<Generation> highest(ScopeName scope) {
            return Optional.empty();
        }

        @Override
        public String put(EmergencyOrder order) {
            throw new KeymgrException(
                    ErrorCode.STORE_UNAVAILABLE, "there is no place to leave an order; none was left");
        }

        @Override
        public void done(EmergencyOrder order) {}
    };

    /** Those that wait and can be read, by the number of their document. Cheap when there are none. */
    List<EmergencyOrder> of(ScopeName scope);

    /** What is wrong with those that cannot be read: each may be the revocation of any key of the scope. */
    default List<KeymgrException> unreadable(ScopeName scope) {
        return List.of();
    }

    /** The highest number under which one waits, also one that cannot be read; empty when none does. */
    Optional<Generation> highest(ScopeName scope);

    /**
     * Leaves an order. Durable on return; the same order again is a success. It never takes the place of another one, nor of
     * what cannot be read.
     *
     * @return where it lies, for people
     */
    String put(EmergencyOrder order);

    /** Takes an order away: it is in the record. One that is not there is a success. */
    void done(EmergencyOrder order);
}
