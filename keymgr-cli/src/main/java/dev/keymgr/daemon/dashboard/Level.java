package dev.keymgr.daemon.dashboard;

/** How things stand, the worst first. Each has a sign and a word besides its colour. */
enum Level {
    ACT("bad", "Act now", "!"),
    NOTE("wary", "To note", "i"),
    WELL("good", "OK", "✓");

    private final String style;
    private final String word;
    private final String sign;

    Level(String style, String word, String sign) {
        this.style = style;
        this.word = word;
        this.sign = sign;
    }

    String style() {
        return style;
    }

    String word() {
        return word;
    }

    String sign() {
        return sign;
    }
}
