package dev.keymgr.key;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What it means for the keys and the earlier documents of a scope that a document stands in every sink. */
final class ServedDocument {
    private final Publication document;
    private final Instant at;
    private final Duration cacheBound;

    ServedDocument(Publication document, Instant at, Duration cacheBound) {
        this.document = document;
        this.at = at;
        this.cacheBound = cacheBound;
    }

    /** The documents that may still be cached, this one last. */
    List<Publication> documents(List<Publication> before, Duration propagation, Duration skew) {
        List<Publication> documents = new ArrayList<>();
        for (Publication each : before) {
            Publication kept =
                    each.equals(document) ? each.served(at) : each.supersededAt() == null ? each.superseded(at) : each;
            if (mayBeCached(kept, propagation, skew)) {
                documents.add(kept);
            }
        }
        return documents;
    }

    private boolean mayBeCached(Publication each, Duration propagation, Duration skew) {
        Instant superseded = each.supersededAt();
        return superseded == null
                || superseded
                        .plus(propagation)
                        .plus(each.cacheBound())
                        .plus(skew)
                        .isAfter(at);
    }

    /** The keys, each moved by being in the document or not. */
    List<SigningKey> keys(List<SigningKey> before) {
        return before.stream()
                .map(k -> document.lists(k.kid()) ? listed(k) : unlisted(k))
                .toList();
    }

    private SigningKey listed(SigningKey key) {
        if (key.state() != KeyState.GENERATED) {
            return key;
        }
        Transitions.require(key, KeyState.PUBLISHED);
        return key.in(KeyState.PUBLISHED, key.times().with(Moment.PUBLISHED, at))
                .withCacheBound(cacheBound);
    }

    private SigningKey unlisted(SigningKey key) {
        KeyTimes out = key.times().find(Moment.PUBLISHED).isPresent()
                        && key.times().find(Moment.REMOVED).isEmpty()
                ? key.times().with(Moment.REMOVED, at)
                : key.times();
        return switch (key.state()) {
            case RETIRED -> key.in(KeyState.REMOVED, out);
            case PUBLISHED -> {
                Transitions.require(key, KeyState.DESTROYED);
                yield key.in(KeyState.DESTROYED, out.with(Moment.DESTROYED, at));
            }
            case COMPROMISED, SUSPENDED -> key.in(key.state(), out);
            case ACTIVE -> throw new IllegalStateException("a document without the active key " + key.kid());
            case GENERATED, REMOVED, DESTROYED -> key;
        };
    }
}
