package dev.keymgr.config;

import dev.keymgr.key.ScopeName;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers what each scope has taken for itself, and reports a second scope that wants it too: tokens, PINs, sockets,
 * issuers, folders and public URLs belong to one scope each.
 */
final class ScopesApart {
    private record Claim(ScopeName scope, String path, int line) {}

    private record Taken(Thing thing, String identity) {}

    private final Map<Taken, Claim> claims = new HashMap<>();

    /** Takes a thing. One scope may name its own thing twice. */
    void claim(ScopeName scope, Thing thing, String identity, Value value) {
        Claim mine = new Claim(scope, value.path(), value.position().line());
        Claim other = claims.putIfAbsent(new Taken(thing, identity), mine);
        if (other != null && !other.scope().equals(scope)) {
            value.refuse(
                    "is also " + other.path() + " on line " + other.line() + "; give each scope its own " + thing.word);
        }
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
        PROBE("URL");

        private final String word;

        Thing(String word) {
            this.word = word;
        }
    }
}
