package dev.keymgr.audit;

import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.Deliveries.Mark;
import dev.keymgr.testkit.AtOnce;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The marks of receivers, in every store. */
public abstract class DeliveriesContract {
    /** A handle on the store of this test; a second one is another client of the same store. */
    protected abstract Deliveries deliveries();

    @Test
    void aReceiverThatWasNeverToldHasNoMark() {
        deliveries().set(new Mark("other", 1, 0, START));

        assertThat(deliveries().find("pager")).isEmpty();
    }

    @Test
    void givesBackEveryFieldExactly() {
        Mark mark = new Mark("añn \"o'neil\"\n'; --", Long.MAX_VALUE, Integer.MAX_VALUE, START.plusNanos(1));
        deliveries().set(mark);

        assertThat(deliveries().find(mark.receiver())).contains(mark);
    }

    @Test
    void aLaterMarkTakesThePlaceOfTheOneBefore() {
        deliveries().set(new Mark("pager", 7, 3, START.plusSeconds(60)));
        deliveries().set(new Mark("chat", 1, 0, START));
        deliveries().set(new Mark("pager", 8, 0, START));

        assertThat(deliveries().find("pager")).contains(new Mark("pager", 8, 0, START));
        assertThat(deliveries().find("chat")).contains(new Mark("chat", 1, 0, START));
    }

    @Test
    void manyThatMarkAtOnceLeaveOneOfTheirMarksWhole() throws Exception {
        List<Deliveries> clients = List.of(deliveries(), deliveries(), deliveries());
        AtOnce.run(clients, client -> {
            for (int i = 1; i <= 10; i++) {
                client.set(new Mark("pager", i, i, START.plusSeconds(i)));
            }
            return true;
        });

        assertThat(deliveries().find("pager")).contains(new Mark("pager", 10, 10, START.plusSeconds(10)));
    }
}
