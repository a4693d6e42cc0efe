package dev.keymgr.daemon.metrics;

import dev.keymgr.key.SigningAlgorithm;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one key group at one instant.
 *
 * @param activeAge from the generation of the active key; null when none is active
 * @param oldestListedAge of the oldest key in the document that stands; null when it lists none of the group
 * @param nextEvent until the next planned step that touches the group, zero when one is due; null when none is planned
 * @param overdue how long the step that is due for longest has been due; zero when none is
 * @param standbys published keys that could sign
 * @param standbysReady those of them that every verifier knows
 */
record GroupGauges(
        SigningAlgorithm algorithm,
        @Nullable Duration activeAge,
        @Nullable Duration oldestListedAge,
        @Nullable Duration nextEvent,
        Duration overdue,
        int standbys,
        int standbysReady) {}
