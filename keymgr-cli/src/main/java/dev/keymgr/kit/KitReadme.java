package dev.keymgr.kit;

import java.util.Map;
import java.util.TreeMap;

/** What the folder says of itself. */
final class KitReadme {
    private static final String TEXT = """
            # Test tokens for verifiers of scope {scope}

            Made by keymgr at {made}. Good until {until}: make a new kit afterwards. Every key in it was made for it and is gone;
            none was ever trusted by anybody. `documents/` is not to be served where real verifiers look.

            ## Set up your verifier

            As you would for the real thing, with the values of `kit.json`:

            | what | value |
            | --- | --- |
            | issuer | {issuer} |
            | audience | {audience} |
            | typ | at+jwt |
            | algorithms | ES256, RS256 |
            | claims that must be there | iat, exp |
            | leeway | none |
            | claim trust_scope, if you check it | {scope} |
            | longest life of a token, if you check it | tokenLifetimeMaxSeconds |
            | authorities, if you read signed sets | authority.pem; sequenceSeen is the sequence you saw last |

            ## Run it

            For each of `cases` in `kit.json`, in any order: give your verifier the keys in the file `keys` and, if it knows them,
            the revocations in the file `revocations`; then the content of the file `token` without the newline at its end. A new
            verifier for each case; what it remembers of one must not count for the next. Write one line a case:

                {"id":"good","accepted":true}

            Ready runners for Nimbus (`Nimbus.java`) and npm jose (`jose.mjs`) lie in the folder `kit` of the keymgr
            distribution, `keymgr-cli/kit` of its repository: run one, or take it as a pattern for your own.

            A document that your verifier refuses is a token rejected. `verdicts/keymgr.jsonl` is what keymgr's own verifier says.

            ## Score it

                keymgr kit {scope} DIR --score verdicts.jsonl

            `mandatory` is owed by every verifier that was set up as above; one of these wrong is a hole, and the exit code is 1.
            `form` is owed by those that read tokens as the standards write them: what is wrong here is no forgery, but one token
            gets several spellings, or two readers see two things.
            `keymgr` is owed by those that know what keymgr adds: the claim trust_scope, times and issuer of a key, revocations,
            signed sets. `--strict` wants all three. `expected`, `verdict` and `why` of `kit.json` say what should have come
            out, `clause` where it is written.
            """;

    private KitReadme() {}

    static String of(Expectations expectations) {
        Map<String, String> values = new TreeMap<>(Map.of(
                "{scope}", expectations.scope().name().value(),
                "{made}", expectations.made().toString(),
                "{until}", expectations.goodUntil().toString(),
                "{issuer}", expectations.scope().issuer(),
                "{audience}", expectations.scope().audiences().get(0)));
        String text = TEXT;
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace(value.getKey(), value.getValue());
        }
        return text;
    }
}
