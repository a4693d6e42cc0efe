package dev.keymgr.config;

import dev.keymgr.key.ScopeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what each scope has taken for itself, and reports a second scope that wants it too: tokens, PINs, sockets,
 * issuers, folders and public URLs belong to one scope each.
 */
final class ScopesApart {
    private record Claim(ScopeName scope, String path, int line) {}

    private record Taken(Thing thing, String identity) {}

    private record Bearer(String identity, Value value) {}

    private final Map<Taken, Claim> claims = new HashMap<>();
    private final List<Bearer> bearers = new ArrayList<>();

    /** Takes a thing. One scope may name its own thing twice. */
    void claim(ScopeName scope, Thing thing, String identity, Value value) {
        Claim mine = new Claim(scope, value.path(), value.position().line());
        Claim other = claims.putIfAbsent(new Taken(thing, identity), mine);
        if (other != null && !other.scope().equals(scope)) {
            value.refuse(
                    "is also " + other.path() + " on line " + other.line() + "; give each scope its own " + thing.word);
        }
    }

    /** Takes a thing that nobody may name a second time, the scope itself included. */
    void claimOnce(ScopeName scope, Thing thing, String identity, Value value) {
        Claim mine = new Claim(scope, value.path(), value.position().line());
        Claim other = claims.putIfAbsent(new Taken(thing, identity), mine);
        if (other != null) {
            value.refuse("is also " + other.path() + " on line " + other.line() + "; each " + thing.word
                    + " serves one purpose of one relying party");
        }
        bearers.add(new Bearer(identity, value));
    }

    /** Once every PIN is known: none of them may leave the house as a bearer token. */
    void refusePinsAsBearers() {
        bearers.forEach(bearer -> refuseTaken(Thing.PIN, bearer.identity(), bearer.value()));
    }

    /** Reports a thing that some scope has taken; for those that belong to none. */
    void refuseTaken(Thing thing, String identity, Value value) {
        Claim owner = claims.get(new Taken(thing, identity));
        if (owner != null) {
            value.refuse("is also " + owner.path() + " on line " + owner.line() + "; the " + thing.word
                    + " of a scope serves nothing else");
        }
    }

    /** What scopes may not share. */
    enum Thing {
        ISSUER("issuer"),
        TOKEN("token"),
        PIN("PIN"),
        SOCKET("socket"),
        FOLDER("folder"),
        PROBE("URL"),
        BEARER("bearer token");

        private final String word;

        Thing(String word) {
            this.word = word;
        }
    }
}
