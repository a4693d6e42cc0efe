package dev.keymgr.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which known name someone most likely meant. */
final class NearestName {
    /** One slip in every this many characters is still a slip, not another word. */
    private static final int LETTERS_PER_SLIP = 3;

    private NearestName() {}

    static Optional<String> among(Collection<String> known, String written) {
        String plain = plain(written);
        int slips = Math.max(1, plain.length() / LETTERS_PER_SLIP);
        return known.stream()
                .filter(name -> distance(plain(name), plain) <= slips)
                .min(Comparator.comparingInt(name -> distance(plain(name), plain)));
    }

    /** {@code maxAge}, {@code max_age} and {@code max-age} are one word to whoever typed them. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Levenshtein's: insertions, deletions and replacements from one to the other. */
    private static int distance(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] here = new int[to.length() + 1];
            here[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replace = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                here[column] = Math.min(replace, 1 + Math.min(above[column], here[column - 1]));
            }
            above = here;
        }
        return above[to.length()];
    }
}
