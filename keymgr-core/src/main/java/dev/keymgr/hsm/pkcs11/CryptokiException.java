package dev.keymgr.hsm.pkcs11;

/** A function of the module returned something other than CKR_OK. Never leaves this package. */
final class CryptokiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long value;

    CryptokiException(CryptokiFunction function, long value) {
        super(function.symbol() + " returned " + ReturnCode.nameOf(value));
        this.value = value;
    }

    CryptokiException(CryptokiFunction function, ReturnCode code) {
        this(function, code.value());
    }

    boolean is(ReturnCode.Kind kind) {
        return ReturnCode.find(value).filter(code -> code.kind() == kind).isPresent();
    }

    String returned() {
        return ReturnCode.nameOf(value);
    }
}
