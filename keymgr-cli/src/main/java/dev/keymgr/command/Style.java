package dev.keymgr.command;

/** Colour where a person watches, nothing elsewhere. */
public enum Style {
    PLAIN {
        @Override
        String paint(String code, String text) {
            return text;
        }
    },
    ANSI {
        @Override
        String paint(String code, String text) {
            return "\u001b[" + code + "m" + text + "\u001b[0m";
        }
    };

    abstract String paint(String code, String text);

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String good(String text) {
        return paint("32", text);
    }

    String wary(String text) {
        return paint("33", text);
    }

    String bad(String text) {
        return paint("31;1", text);
    }
}
