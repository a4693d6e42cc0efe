package dev.keymgr.daemon.dashboard;

import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Duration;
import java.time.Instant;

/** The age of a key against its limits: a bar that is full at the limit, with a mark where the warning begins. */
final class AgeBar {
    private AgeBar() {}

    static void write(Html html, SigningKey key, RolloverPolicy.Ages ages, Instant now) {
        Duration age = age(key, now);
        String words = words(key, ages, now);
        double warn = share(ages.warn(), ages.max());
        html.open("div", "class", "age");
        html.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "role",
                "img",
                "width",
                "100%",
                "height",
                "10",
                "aria-label",
                words);
        html.leaf("rect", "class", "track", "y", "2", "width", "100%", "height", "6", "rx", "3");
        html.leaf(
                "rect",
                "class",
                level(age, ages).style(),
                "y",
                "2",
                "width",
                Timeline.percent(share(age, ages.max())),
                "height",
                "6",
                "rx",
                "3");
        if (warn < 100) {
            html.leaf(
                    "line",
                    "class",
                    "mark",
                    "x1",
                    Timeline.percent(warn),
                    "x2",
                    Timeline.percent(warn),
                    "y1",
                    "0",
                    "y2",
                    "10");
        }
        html.close();
        html.element("p", words, "aria-hidden", "true").close();
    }

    static String words(SigningKey key, RolloverPolicy.Ages ages, Instant now) {
        Duration age = age(key, now);
        String old = age.isNegative() ? "made in the future, by this clock" : Words.rough(age) + " old";
        return old + ", warns at " + Words.rough(ages.warn()) + ", limit " + Words.rough(ages.max());
    }

    private static Duration age(SigningKey key, Instant now) {
        return Duration.between(key.times().generatedAt(), now);
    }

    private static Level level(Duration age, RolloverPolicy.Ages ages) {
        if (age.compareTo(ages.max()) >= 0 || age.isNegative()) {
            return Level.ACT;
        }
        return age.compareTo(ages.warn()) >= 0 ? Level.NOTE : Level.WELL;
    }

    /** In percent, within 0 and 100. */
    private static double share(Duration part, Duration whole) {
        double share = 100.0 * part.toMillis() / whole.toMillis();
        return Math.max(0, Math.min(100, share));
    }
}
