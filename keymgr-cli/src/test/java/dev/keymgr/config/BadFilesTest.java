package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the loader says of bad files, word for word. */
class BadFilesTest {
    @ParameterizedTest
    @MethodSource("files")
    void areRefusedLineByLine(Samples.BadFile file) {
        List<String> answer = Samples.answer(file.text());

        assertThat(answer).isEqualTo(file.answer()).isNotEmpty();
    }

    static List<Samples.BadFile> files() {
        return Samples.badFiles();
    }
}
