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
        String words = words(age, ages);
        double warn = share(ages.warn(), ages.max());
        Svg svg = new Svg(html);
        html.open("div", "class", "age");
        svg.openPicture(10, "aria-label", words + ", warns at " + Words.rough(ages.warn()));
        svg.bar("track", 2, 100, 6);
        svg.bar(level(age, ages).style(), 2, share(age, ages.max()), 6);
        if (warn < 100) {
            svg.line("mark", warn, warn, 0, 10);
        }
        html.close();
        html.element("p", words, "aria-hidden", "true").close();
    }

    private static String words(Duration age, RolloverPolicy.Ages ages) {
        String old = age.isNegative() ? "made in the future, by this clock" : Words.rough(age) + " old";
        return old + ", limit " + Words.rough(ages.max());
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
