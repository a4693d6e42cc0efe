package dev.keymgr.hsm.pkcs11;

/**
 * The functions that we call, with their places in CK_FUNCTION_LIST.
 *
 * @standard PKCS#11 v2.40 Base Specification, s. 3.6
 */
enum CryptokiFunction {
    INITIALIZE(0, "C_Initialize"),
    FINALIZE(1, "C_Finalize"),
    GET_SLOT_LIST(4, "C_GetSlotList"),
    GET_TOKEN_INFO(6, "C_GetTokenInfo"),
    INIT_TOKEN(9, "C_InitToken"),
    INIT_PIN(10, "C_InitPIN"),
    OPEN_SESSION(12, "C_OpenSession"),
    CLOSE_SESSION(13, "C_CloseSession"),
    LOGIN(18, "C_Login"),
    LOGOUT(19, "C_Logout"),
    CREATE_OBJECT(20, "C_CreateObject"),
    DESTROY_OBJECT(22, "C_DestroyObject"),
    GET_ATTRIBUTE_VALUE(24, "C_GetAttributeValue"),
    FIND_OBJECTS_INIT(26, "C_FindObjectsInit"),
    FIND_OBJECTS(27, "C_FindObjects"),
    FIND_OBJECTS_FINAL(28, "C_FindObjectsFinal"),
    SIGN_INIT(42, "C_SignInit"),
    SIGN(43, "C_Sign"),
    GENERATE_KEY_PAIR(59, "C_GenerateKeyPair");

    /** CK_VERSION, padded to the alignment of a pointer. */
    private static final long FIRST_OFFSET = 8;

    private static final long POINTER_BYTES = 8;

    private final int place;
    private final String symbol;

    CryptokiFunction(int place, String symbol) {
        this.place = place;
        this.symbol = symbol;
    }

    /** Bytes from the beginning of the list to the pointer. */
    long offset() {
        return FIRST_OFFSET + place * POINTER_BYTES;
    }

    String symbol() {
        return symbol;
    }
}
