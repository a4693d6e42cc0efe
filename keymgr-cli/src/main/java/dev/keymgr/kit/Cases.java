package dev.keymgr.kit;

import java.util.List;
import java.util.stream.Stream;

/** Every case there is, always in the same order. */
final class Cases {
    private Cases() {}

    static List<Case> of(Cast cast) {
        ClaimCases claims = new ClaimCases(cast);
        SignatureCases signatures = new SignatureCases(cast);
        KeyCases keys = new KeyCases(cast);
        FormCases forms = new FormCases(cast);
        return Stream.of(
                        ScopeCases.genuine(cast),
                        ScopeCases.crossScope(cast),
                        claims.binding(),
                        claims.time(),
                        signatures.algorithms(),
                        signatures.signatures(),
                        keys.standing(),
                        keys.names(),
                        keys.bait(),
                        forms.headers(),
                        forms.shapes(),
                        forms.spelling(),
                        ScopeCases.documents(cast))
                .flatMap(List::stream)
                .toList();
    }
}
