package dev.keymgr.key;

/** The keys of one (scope, algorithm). Groups of one scope roll over independently of each other. */
public record KeyGroup(ScopeName scope, SigningAlgorithm algorithm) {
    @Override
    public String toString() {
        return scope + "/" + algorithm;
    }
}
