package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HtmlTest {
    private static String text(String text) {
        return new Html().element("p", text).document();
    }

    @Test
    void escapesWhatMarkupIsMadeOf() {
        assertThat(text("<b a=\"1\" c='2'>&amp;</b>"))
                .contains("<p>&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;</p>");
    }

    @Test
    void escapesAttributesAlike() {
        assertThat(new Html().open("p", "title", "\" onclick=\"x").close().document())
                .contains("title=\"&quot; onclick=&quot;x\"");
    }

    @Test
    void replacesWhatNoDocumentMayHold() {
        assertThat(text("a\u0000b\u001bc\u0085d\ud800e\uffffF\ud83d\ude00")).contains("<p>a�b�c�d�e�F😀</p>");
    }

    @Test
    void replacesWhatTurnsTheDirectionOfText() {
        assertThat(text("admin\u202Enimda\u2066\u200F")).contains("<p>admin�nimda��</p>");
    }

    @Test
    void refusesToEndADocumentWithOpenElements() {
        Html html = new Html().open("main");

        assertThatThrownBy(html::document)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("main");
    }

    @Test
    void refusesAnEmptyElementThatHtmlWouldLeaveOpen() {
        assertThatThrownBy(() -> new Html().leaf("div")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAStyleSheetThatTwoParsersReadDifferently() {
        assertThatThrownBy(() -> new Html().style("a</style><script>")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Html().style("a::before{content:'&'}"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
