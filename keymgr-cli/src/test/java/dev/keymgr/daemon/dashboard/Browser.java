package dev.keymgr.daemon.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/** A Chromium of this machine, without a window. It downloads neither itself nor its driver. */
final class Browser implements AutoCloseable {
    /** How a page is looked at. */
    record Sight(String name, int width, int height, String scheme) {
        static final Sight DESK = new Sight("desktop-light", 1200, 900, "light");
        static final Sight DESK_AT_NIGHT = new Sight("desktop-dark", 1200, 900, "dark");
        static final Sight PHONE = new Sight("phone-light", 360, 740, "light");
        static final Sight PHONE_AT_NIGHT = new Sight("phone-dark", 360, 740, "dark");
    }

    /** In pixels: from here down scroll bars lie over the page, as on a phone. */
    private static final int PHONE_BELOW = 500;

    /** It warns that it does not know this Chromium's newest protocol; nothing here speaks that. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Where there is none, the test is skipped; where KEYMGR_BROWSER=required says that there is one, it fails. */
    static Browser open() {
        SELENIUM.setLevel(Level.SEVERE);
        Optional<Path> chromium = find("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = find("chromedriver", "chromium.chromedriver");
        boolean there = chromium.isPresent() && chromedriver.isPresent();
        if ("required".equals(System.getenv("KEYMGR_BROWSER"))) {
            Assertions.assertTrue(there, "no chromium and chromedriver on the PATH");
        }
        Assumptions.assumeTrue(there, "no chromium and chromedriver on the PATH: not looked at in a browser");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        // No sandbox: it cannot be had by root, and the only pages are our own.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--force-color-profile=srgb");
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                .usingAnyFreePort()
                .withSilent(true)
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Optional<Path> find(String... names) {
        List<String> folders =
                Arrays.asList(System.getenv().getOrDefault("PATH", "").split(":", -1));
        return Arrays.stream(names)
                .flatMap(name -> folders.stream().filter(f -> !f.isEmpty()).map(f -> Path.of(f, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void look(Sight sight) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        sight.width(),
                        "height",
                        sight.height(),
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        sight.width() < PHONE_BELOW));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", sight.scheme()))));
    }

    /** Opens a page; what the browser said before is forgotten. */
    void visit(String url) {
        driver.get("about:blank");
        complaints();
        traffic();
        driver.get(url);
    }

    /** What the browser wrote to its console since it was last asked. */
    List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .map(e -> e.getMessage())
                .toList();
    }

    /** What happened on the network since it was last asked, one JSON text an event. */
    List<String> traffic() {
        return driver.manage().logs().get("performance").getAll().stream()
                .map(e -> e.getMessage())
                .toList();
    }

    /** The result of a script that the test brings; the page has none. */
    Object ask(String script) {
        return Objects.requireNonNull(driver.executeScript(script), script);
    }

    void press(Keys key) {
        new Actions(driver).sendKeys(key).perform();
    }

    /** The whole page as a picture. */
    byte[] photograph(Sight sight) {
        long height = ((Number) ask("return document.documentElement.scrollHeight")).longValue();
        Map<String, Object> whole = Map.of("x", 0, "y", 0, "width", sight.width(), "height", height, "scale", 1);
        Map<String, Object> shot = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", whole));
        return Base64.getDecoder().decode((String) Objects.requireNonNull(shot.get("data")));
    }

    static void keep(Path file, byte[] picture) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, picture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
