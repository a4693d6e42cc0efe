package dev.keymgr.rollover;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.TokenLabel;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One decision of the planner. Each is idempotent when carried out: safe late, twice, and after a crash halfway. */
public sealed interface Step {

    <R> R accept(Visitor<R> visitor);

    /** One method for each kind of step, so that a new kind does not compile until every reader knows it. */
    interface Visitor<R> {
        R generate(Generate step);

        R abandon(Abandon step);

        R publish(Publish step);

        R activate(Activate step);

        R retire(Retire step);

        R destroy(Destroy step);

        R revoke(Revoke step);

        R extendTokenLifetime(ExtendTokenLifetime step);
    }

    /**
     * Make a key.
     *
     * @param resumed the intent of an attempt that did not finish; null for a new one
     */
    record Generate(
            KeyGroup group, TokenLabel token, @Nullable GenerationIntent resumed) implements Step {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.generate(this);
        }
    }

    /** Give up an attempt to make a key: what it may have left in the token goes. */
    record Abandon(GenerationIntent intent) implements Step {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.abandon(this);
        }
    }

    /**
     * Serve a document. Additions and removals never ride together, but for one case: every key it removes is out of trust
     * and nothing else would be left.
     *
     * @param listings all that it lists
     * @param added against the document served now
     * @param removed against the document served now
     */
    record Publish(SortedMap<Kid, Listing> listings, SortedSet<Kid> added, SortedSet<Kid> removed) implements Step {
        public Publish {
            listings = Collections.unmodifiableSortedMap(new TreeMap<>(listings));
            added = Collections.unmodifiableSortedSet(new TreeSet<>(added));
            removed = Collections.unmodifiableSortedSet(new TreeSet<>(removed));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.publish(this);
        }
    }

    /**
     * Let a published key sign and retire the one that does.
     *
     * @param predecessor the active key of the group, null when there is none
     */
    record Activate(Kid kid, KeyGroup group, @Nullable Kid predecessor) implements Step {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.activate(this);
        }
    }

    /** End the signing of a key whose algorithm the policy no longer has. */
    record Retire(Kid kid, KeyGroup group) implements Step {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.retire(this);
        }
    }

    /** Destroy the private half. */
    record Destroy(Kid kid, KeyGroup group) implements Step {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.destroy(this);
        }
    }

    /**
     * Ends trust in keys, as was ordered ahead or because a suspension has run out. A ready standby takes over in the same
     * change from one that signs; where none is ready, nothing signs until one is.
     *
     * @param record what is recorded of each
     */
    record Revoke(Set<Kid> kids, Compromise record) implements Step {
        public Revoke {
            kids = Set.copyOf(kids);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.revoke(this);
        }
    }

    /** Record that the issuer may now sign longer-lived tokens with the active key; signers obey the record. */
    record ExtendTokenLifetime(Kid kid, KeyGroup group, Duration lifetime) implements Step {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.extendTokenLifetime(this);
        }
    }
}
