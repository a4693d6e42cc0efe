package dev.keymgr.kit;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.token.Verdict;

/**
 * One token and the verdict it is owed.
 *
 * @param id also the name of its file
 * @param token what the file holds, but for the newline at its end
 * @param documents the folder of the documents to judge it with
 * @param source which of them tells the keys
 * @param verdict what keymgr's verifier calls it, a {@link Verdict} or {@link #DOCUMENT_REFUSED}
 * @param why it matters, in words
 * @param clause of the standard that says so
 */
record Case(
        String id,
        Level level,
        String token,
        String documents,
        Source source,
        String verdict,
        String why,
        String clause) {
    static final String DOCUMENT_REFUSED = ErrorCode.DOCUMENT_REFUSED.name();

    /** Where the keys are read. */
    enum Source {
        PLAIN("jwks.json"),
        SIGNED("jwks.jwt");

        private final String file;

        Source(String file) {
            this.file = file;
        }

        String file() {
            return file;
        }
    }

    static Case of(String id, Level level, Verdict verdict, String token, String why, String clause) {
        return new Case(id, level, token, KitDocuments.GOOD, Source.PLAIN, verdict.name(), why, clause);
    }

    static Case owedByAll(String id, Verdict verdict, String token, String why, String clause) {
        return of(id, Level.MANDATORY, verdict, token, why, clause);
    }

    static Case form(String id, String token, String why, String clause) {
        return of(id, Level.FORM, Verdict.MALFORMED, token, why, clause);
    }

    static Case ours(String id, Verdict verdict, String token, String why, String clause) {
        return of(id, Level.KEYMGR, verdict, token, why, clause);
    }

    boolean isAccepted() {
        return verdict.equals(Verdict.ACCEPTED.name());
    }

    /** The same, owed by others. */
    Case atLevel(Level other) {
        return new Case(id, other, token, documents, source, verdict, why, clause);
    }

    /** The same, judged with other documents. */
    Case with(String otherDocuments, Source otherSource) {
        return new Case(id, level, token, otherDocuments, otherSource, verdict, why, clause);
    }

    String file() {
        return "tokens/" + id + ".jwt";
    }
}
