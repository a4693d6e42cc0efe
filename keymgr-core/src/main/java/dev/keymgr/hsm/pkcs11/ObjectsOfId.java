package dev.keymgr.hsm.pkcs11;

import java.util.ArrayList;
import java.util.List;

/** Handles of the objects that lie under one CKA_ID, by what they are. Good for as long as the session lives. */
record ObjectsOfId(List<Long> privateKeys, List<Long> publicKeys, List<Long> certificates, List<Long> others) {
    ObjectsOfId {
        privateKeys = List.copyOf(privateKeys);
        publicKeys = List.copyOf(publicKeys);
        certificates = List.copyOf(certificates);
        others = List.copyOf(others);
    }

    ObjectsOfId with(long certificate) {
        return new ObjectsOfId(privateKeys, publicKeys, List.of(certificate), others);
    }

    /** Whether a private half lies there with nothing that tells its public half. */
    boolean isBare() {
        return publicKeys.isEmpty() && certificates.isEmpty();
    }

    /** All of them, the private halves first. */
    List<Long> all() {
        List<Long> all = new ArrayList<>(privateKeys);
        all.addAll(publicKeys);
        all.addAll(certificates);
        all.addAll(others);
        return all;
    }
}
