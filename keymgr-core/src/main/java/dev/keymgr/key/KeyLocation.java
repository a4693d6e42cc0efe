package dev.keymgr.key;

/** Where the private half lies. */
public record KeyLocation(TokenLabel token, CkaId id) {
    @Override
    public String toString() {
        return token + "/" + id;
    }
}
