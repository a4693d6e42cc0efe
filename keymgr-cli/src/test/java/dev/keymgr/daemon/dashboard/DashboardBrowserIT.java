package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keymgr.daemon.dashboard.Browser.Sight;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The dashboard as Chromium shows it, under the headers it is served with. Leaves pictures in target/screenshots. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DashboardBrowserIT {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final Map<String, View> VIEWS = Map.of(
            "rollover", SampleViews.midRollover(),
            "quiet", SampleViews.quiet(),
            "troubled", SampleViews.troubled(),
            "many", SampleViews.many(30));

    /** The contrast of each piece of HTML text that is too low, with the text. */
    private static final String LOW_CONTRAST = """
            const rgb = c => c.match(/[\\d.]+/g).map(Number);
            const lum = c => { const [r, g, b] = rgb(c).slice(0, 3).map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
                const p = rgb(c); if (p.length === 3 || p[3] === 1) return c; } return 'rgb(255,255,255)'; };
            const low = []; let seen = 0;
            for (const e of document.body.querySelectorAll('*:not(svg *)')) {
              const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
              if (!own || e.namespaceURI !== 'http://www.w3.org/1999/xhtml') continue;
              seen++;
              const a = lum(getComputedStyle(e).color), b = lum(ground(e));
              const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              if (ratio < 4.5) low.push(ratio.toFixed(2) + ' ' + e.textContent);
            }
            return seen < 20 ? ['only ' + seen + ' texts seen'] : low;
            """;

    private Browser browser;
    private HttpServer server;

    @BeforeAll
    void open() throws IOException {
        browser = Browser.open();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        VIEWS.forEach((name, view) -> {
            Page page = Dashboard.render(view);
            server.createContext("/" + name, exchange -> answer(exchange, page.html(), page.contentSecurityPolicy()));
        });
        Page page = Dashboard.render(SampleViews.quiet());
        byte[] changed = new String(page.html(), StandardCharsets.UTF_8)
                .replace("<style>", "<style>body{display:none}")
                .getBytes(StandardCharsets.UTF_8);
        server.createContext("/changed", exchange -> answer(exchange, changed, page.contentSecurityPolicy()));
        server.start();
    }

    @AfterAll
    void close() {
        if (server != null) {
            server.stop(0);
        }
        if (browser != null) {
            browser.close();
        }
    }

    private static void answer(HttpExchange exchange, byte[] body, String policy) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", Page.CONTENT_TYPE);
        exchange.getResponseHeaders().set("Content-Security-Policy", policy);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String url(String page) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + page;
    }

    private static Stream<String> pages() {
        return VIEWS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void loadsWithoutAComplaintAndFetchesNothingElse(String page) throws IOException {
        browser.look(Sight.DESK);

        browser.visit(url(page));

        assertThat(browser.ask("return getComputedStyle(document.querySelector('.card')).borderRadius"))
                .isEqualTo("10px");
        assertThat(browser.complaints()).isEmpty();
        assertThat(requests()).contains(url(page)).allMatch(u -> u.equals(url(page)) || u.startsWith("data:image/svg"));
    }

    private List<String> requests() throws IOException {
        List<String> urls = new ArrayList<>();
        for (String event : browser.traffic()) {
            JsonNode message = new ObjectMapper().readTree(event).path("message");
            if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                urls.add(message.path("params").path("request").path("url").asText());
            }
        }
        return urls;
    }

    @Test
    void anotherStyleSheetIsRefusedByThePolicy() {
        browser.visit(url("changed"));

        assertThat(browser.complaints()).anyMatch(c -> c.contains("Content Security Policy"));
        assertThat(browser.ask("return getComputedStyle(document.body).display"))
                .isEqualTo("block");
    }

    @Test
    void theTabKeyReachesEveryScopeInTurn() {
        browser.look(Sight.DESK);
        browser.visit(url("many"));
        List<String> scopes = new ArrayList<>();

        for (int i = 0; i < 60 && scopes.size() < 30; i++) {
            browser.press(Keys.TAB);
            String scope = (String) browser.ask("const e = document.activeElement;"
                    + "const open = e.matches('section.scope'), folded = e.matches('details.scope > summary');"
                    + "return open ? e.id : folded ? e.parentElement.id : ''");
            if (!scope.isEmpty()) {
                scopes.add(scope);
                assertThat(browser.ask("return getComputedStyle(document.activeElement).outlineStyle"))
                        .isEqualTo("solid");
            }
        }

        assertThat(scopes)
                .containsExactlyElementsOf(IntStream.range(0, 30)
                        .mapToObj(i -> String.format("scope-tenant-%03d", i))
                        .toList());
    }

    @Test
    void theFirstStopSkipsToTheScopes() {
        browser.look(Sight.DESK);
        browser.visit(url("rollover"));

        browser.press(Keys.TAB);
        assertThat(browser.ask("return document.activeElement.getBoundingClientRect().left >= 0"))
                .isEqualTo(true);
        browser.press(Keys.ENTER);
        assertThat(browser.ask("return document.activeElement.id")).isEqualTo("scopes");
        browser.press(Keys.TAB);
        assertThat(browser.ask("return document.activeElement.id")).isEqualTo("scope-consumer");
    }

    @Test
    void theKeyboardOpensWhatIsFolded() {
        browser.look(Sight.DESK);
        browser.visit(url("many"));

        browser.ask("document.querySelector('#scope-tenant-007 > summary').focus(); return true");
        browser.press(Keys.ENTER);

        assertThat(browser.ask("return document.querySelector('#scope-tenant-007 svg').checkVisibility()"))
                .isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 360, 768, 1200})
    void nothingScrollsSideways(int width) {
        for (String page : pages().toList()) {
            browser.look(new Sight("any", width, 800, "light"));
            browser.visit(url(page));
            browser.ask("document.querySelectorAll('details').forEach(d => d.open = true); return true");

            assertThat(browser.ask("const e = document.documentElement; return e.scrollWidth - e.clientWidth"))
                    .as("%s at %s px", page, width)
                    .isEqualTo(0L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollover", "troubled"})
    void everyTextStandsOutByDayAndByNight(String page) {
        for (Sight sight : List.of(Sight.DESK, Sight.DESK_AT_NIGHT)) {
            browser.look(sight);
            browser.visit(url(page));

            assertThat((List<?>) browser.ask(LOW_CONTRAST)).as(sight.name()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollover", "troubled"})
    void isPhotographed(String page) throws IOException {
        List<Integer> corners = new ArrayList<>();
        for (Sight sight : List.of(Sight.DESK, Sight.DESK_AT_NIGHT, Sight.PHONE, Sight.PHONE_AT_NIGHT)) {
            browser.look(sight);
            browser.visit(url(page));
            byte[] picture = browser.photograph(sight);
            Browser.keep(PICTURES.resolve("dashboard-" + page + "-" + sight.name() + ".png"), picture);

            BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
            assertThat(image.getWidth()).isEqualTo(sight.width());
            corners.add(image.getRGB(1, 1) & 0xFF);
        }

        assertThat(corners.get(0)).isEqualTo(corners.get(2)).isGreaterThan(200);
        assertThat(corners.get(1)).isEqualTo(corners.get(3)).isLessThan(60);
    }
}
