package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.Posture;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DashboardTest {
    private static final String HOSTILE =
            "</td></style><script>alert(1)</script><img src=x onerror=alert(1)>\" style=\"x' ]]> &amp; \u0000\u202E";

    static Stream<View> views() {
        return Stream.of(SampleViews.quiet(), SampleViews.midRollover(), SampleViews.troubled(), hostile());
    }

    private static View hostile() {
        View quiet = SampleViews.quiet();
        ScopeView scope = quiet.scopes().get(0);
        Posture.Finding finding = new Posture.Finding(Posture.Severity.WARNING, HOSTILE, HOSTILE);
        ScopeView spoken = new ScopeView(
                HOSTILE, scope.policy(), scope.keyring(), List.of(finding), scope.forecast(), scope.served());
        ScopeName name = new ScopeName("consumer");
        AuditEvent event =
                AuditEvent.of(quiet.now(), HOSTILE, AuditAction.HOLD_SET, name, null, Map.of("reason", HOSTILE));
        return new View(
                quiet.now(),
                quiet.now(),
                HOSTILE,
                quiet.refresh(),
                List.of(spoken),
                List.of(finding),
                List.of(new Heartbeat(HOSTILE, quiet.now(), quiet.now(), Duration.ofHours(1), Heartbeat.Role.WORKS)),
                List.of(new Alarm(name, HOSTILE + "!", true, HOSTILE, quiet.now())),
                List.of(AuditChain.next(AuditChain.START, event)));
    }

    private static String html(View view) {
        return new String(Dashboard.render(view).html(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("views")
    void isWellFormedAndCarriesNothingThatRunsOrFetches(View view) {
        ParsedPage page = ParsedPage.of(view);

        assertThat(page.all("//script | //iframe | //img | //object | //embed | //form | //base | //foreignObject"))
                .isEmpty();
        assertThat(page.all("//@style | //@*[starts-with(name(), 'on')] | //@src"))
                .isEmpty();
        assertThat(page.all("//@href"))
                .allMatch(h -> h.startsWith("#")
                        || h.startsWith("?")
                        || h.startsWith("data:image/svg+xml,")
                        || h.matches("[a-z0-9-]+/jwks\\.json"));
        assertThat(page.all("//style")).containsExactly(Stylesheet.TEXT);
        assertThat(Stylesheet.TEXT).doesNotContain("@import", "http:", "https:", "data:");
    }

    @ParameterizedTest
    @MethodSource("views")
    void everyReferenceOnThePageLeadsSomewhere(View view) {
        ParsedPage page = ParsedPage.of(view);
        List<String> ids = page.all("//@id");

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(page.all("//@href[starts-with(., '#')]"))
                .allSatisfy(h -> assertThat(ids).contains(h.substring(1)));
        assertThat(page.all("//@aria-labelledby").stream().flatMap(l -> Stream.of(l.split(" "))))
                .allSatisfy(l -> assertThat(ids).contains(l));
        assertThat(page.all("//*[@role='img'][not(@aria-label or (title and desc))]"))
                .isEmpty();
    }

    @Test
    void showsHostileTextAsText() {
        ParsedPage page = ParsedPage.of(hostile());

        String shown = "</td></style><script>alert(1)</script><img src=x onerror=alert(1)>\" style=\"x' ]]> &amp; ��";
        assertThat(page.one("//span[@class='issuer']")).isEqualTo(shown);
        assertThat(page.all("//span[@class='what']")).anyMatch(t -> t.equals(shown));
        assertThat(page.all("//td[@data-of='Details']")).containsExactly("reason=" + shown);
        assertThat(html(hostile())).doesNotContain("<script", "<img");
    }

    @Test
    void thePolicyAllowsTheStyleSheetByItsHashAndNothingElse() throws GeneralSecurityException {
        Page page = Dashboard.render(SampleViews.quiet());
        String style = new ParsedPage(page).one("//style");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));

        assertThat(page.contentSecurityPolicy())
                .isEqualTo("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest)
                        + "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    @Test
    void theSameViewGivesTheSameBytes() {
        assertThat(Dashboard.render(SampleViews.midRollover()).html())
                .isEqualTo(Dashboard.render(SampleViews.midRollover()).html());
    }

    @Test
    void tellsInTheTitleAndTheHeadingHowThingsStand() {
        assertThat(ParsedPage.of(SampleViews.quiet()).one("//title[not(ancestor::svg)]"))
                .isEqualTo("All is well · keymgr");
        assertThat(ParsedPage.of(SampleViews.midRollover()).one("//h1")).isEqualTo("Running, with 1 thing to note");
        assertThat(ParsedPage.of(SampleViews.troubled()).one("//h1")).startsWith("Act now: ");
    }

    @Test
    void saysWhoSignsWhoStandsByAndWhatComesNext() {
        SampleScope life = new SampleScope("consumer", SampleScope.daily("consumer-a", "consumer-b"), SampleViews.START)
                .liveUntil(SampleViews.NOW);

        ParsedPage page = ParsedPage.of(SampleViews.midRollover());

        String facts = "//section[@id='scope-consumer']//dl/div";
        assertThat(page.one(facts + "[dt='Signs']//code"))
                .isEqualTo(life.active().kid().prefix());
        assertThat(page.one(facts + "[dt='Signs']")).contains("consumer-b", "14d old, limit 29d", "in 13d 23h");
        assertThat(page.one(facts + "[dt='Stands by']")).contains("not READY until 08:26:00, in 26m");
        assertThat(page.one(facts + "[dt='Next']")).contains("in 25m", "withdraw");
        assertThat(page.one("//section[@id='scope-enterprise']//dl/div[dt='Stands by']"))
                .contains("READY to take over at once");
    }

    @Test
    void drawsThePlannedFutureDashedAndThePresentAsALine() {
        ParsedPage page = ParsedPage.of(SampleViews.quiet());

        assertThat(page.all("//svg[@role='img']//rect[@class='act']")).hasSize(2);
        assertThat(page.all("//svg[@role='img']//rect[@class='act f']")).hasSize(2);
        assertThat(page.all("//line[@class='now']/@x1")).containsExactly("50%");
        assertThat(page.one("//svg[@role='img']/desc")).contains("signs from", "planned: signs from");
        assertThat(Stylesheet.TEXT).contains("rect.f { stroke-dasharray");
    }

    @Test
    void aScopeWithoutAnyKeyIsShownWithWhatWillBe() {
        ParsedPage page = ParsedPage.of(SampleViews.troubled());

        String facts = "//section[@id='scope-partner']//dl/div";
        assertThat(page.one(facts + "[dt='Signs']/dd")).isEqualTo("nobody");
        assertThat(page.one(facts + "[dt='Stands by']/dd")).isEqualTo("none");
        assertThat(page.one(facts + "[dt='Document']/dd")).isEqualTo("none");
        assertThat(page.all("//section[@id='scope-partner']//ul[@class='names']/li"))
                .contains("new-1");
    }

    @Test
    void aClockBehindTheInventoryIsSaidAndStillDrawn() {
        SampleScope scope = new SampleScope("consumer", SampleScope.daily("consumer-a"), SampleViews.START)
                .liveUntil(SampleViews.NOW);
        Instant before = SampleViews.START.minus(Duration.ofDays(1));

        ParsedPage page = ParsedPage.of(SampleViews.view(before, List.of(scope.viewAt(before)), List.of(), List.of()));

        assertThat(page.all("//span[@class='what']")).anyMatch(t -> t.contains("the clock reads"));
        assertThat(page.one("//section[@id='scope-consumer']//dl/div[dt='Signs']"))
                .contains("made in the future");
    }

    @Test
    void anOldReadingSaysSo() {
        assertThat(ParsedPage.of(SampleViews.troubled()).one("//p[@class='stale']"))
                .contains("12s ago");
        assertThat(ParsedPage.of(SampleViews.quiet()).all("//p[@class='stale']"))
                .isEmpty();
    }

    @Test
    void aHundredScopesFoldWhatIsWellAndStayReadable() {
        View many = SampleViews.many(100);

        ParsedPage page = ParsedPage.of(many);

        assertThat(page.all("//section[@class='card scope']/@id")).containsExactly("scope-tenant-000");
        assertThat(page.all("//details[contains(@class, 'folded')]/@id")).hasSize(99);
        assertThat(html(many).length()).isLessThan(800_000);
    }

    @Test
    void eightScopesAreAllOpen() {
        assertThat(ParsedPage.of(SampleViews.many(8)).all("//section[@class='card scope']"))
                .hasSize(8);
    }

    @Test
    void loadsItselfAgainUnlessToldToStandStill() {
        View view = SampleViews.quiet();
        View still = new View(
                view.now(),
                view.readAt(),
                view.version(),
                Duration.ZERO,
                view.scopes(),
                view.findings(),
                view.daemons(),
                view.alarms(),
                view.audit());

        assertThat(ParsedPage.of(view).one("//meta[@http-equiv='refresh']/@content"))
                .isEqualTo("30");
        assertThat(ParsedPage.of(view).one("//footer//a/@href")).isEqualTo("?still");
        assertThat(ParsedPage.of(still).all("//meta[@http-equiv='refresh']")).isEmpty();
        assertThat(ParsedPage.of(still).one("//footer//a/@href")).isEqualTo("?");
    }
}
