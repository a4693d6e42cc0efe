package dev.keymgr.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(byte[] bytes) {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parse(bytes));
    }

    @Test
    void readsEveryKindOfValueInOrder() {
        Map<String, Object> read = Json.parseObject(
                utf8("{\"z\":1,\"a\":[true,false,null,\"\\u00e9\\ud83d\\ude00\"],\"m\":{\"x\":1.50,\"y\":-0}}"));

        assertThat(read.keySet()).containsExactly("z", "a", "m");
        assertThat(read.get("z")).isEqualTo(1L);
        assertThat((List<?>) read.get("a")).isEqualTo(java.util.Arrays.asList(true, false, null, "é😀"));
        assertThat(read.get("m")).isEqualTo(Map.of("x", new BigDecimal("1.50"), "y", 0L));
    }

    @Test
    void readsAnIntegerBeyond64BitsAsADecimal() {
        assertThat(Json.parse(utf8("9223372036854775807"))).isEqualTo(Long.MAX_VALUE);
        assertThat(Json.parse(utf8("9223372036854775808"))).isEqualTo(new BigDecimal("9223372036854775808"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "{\"a\":1,\"a\":1}",
                "{\"o\":{\"a\":1,\"\\u0061\":2}}",
                "{} {}",
                "{}x",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":1}//x",
                "/*x*/{}",
                "#x\n{}",
                "\"\u0001\"",
                "\"\\x\"",
                "\"\\ud800\"",
                "{\"\\udc00\":1}",
                "1e401",
                "1e-401",
                "1e999999999",
                "1e99999999999999",
                "11111111111111111111111111111111111111111111111111111111111111111",
                "{\"a\":[1",
                "\"abc",
                "tru",
                "\uFEFF{}"
            })
    void refusesWhatIsNotStrictJson(String text) {
        assertRefused(utf8(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE", "UTF-32LE"})
    void refusesOtherEncodings(String charset) {
        assertRefused("{\"a\":1}".getBytes(Charset.forName(charset)));
    }

    @Test
    void refusesMalformedUtf8() {
        assertRefused(new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'});
        assertRefused(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
        assertRefused(new byte[] {'"', (byte) 0xFF, '"'});
    }

    @Test
    void readsToTheDepthBoundAndNoDeeper() {
        int depth = Json.DEPTH_MAX;

        assertThat(Json.parse(utf8("[".repeat(depth) + "]".repeat(depth)))).isInstanceOf(List.class);
        assertRefused(utf8("[".repeat(depth + 1) + "]".repeat(depth + 1)));
        assertRefused(utf8("[".repeat(500_000)));
    }

    @Test
    void readsToTheSizeBoundAndNoFurther() {
        String most = '"' + "x".repeat(Json.BYTES_MAX - 2) + '"';

        assertThat(Json.parse(utf8(most))).isInstanceOf(String.class);
        assertRefused(utf8(most + " "));
    }

    @Test
    void namesThePlaceAndNothingOfTheText() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(utf8("{\"secret\":1,\n \"secret\":2}")))
                .withMessage("not acceptable JSON: a member named twice at line 2, column 10")
                .satisfies(e -> assertThat(e.line()).isEqualTo(2))
                .satisfies(e -> assertThat(e.column()).isEqualTo(10));
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(utf8("hunter2")))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }

    @Test
    void refusesAnythingButAnObjectWhereOneIsExpected() {
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parseObject(utf8("[]")));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parseObject(utf8("null")));
    }

    @Test
    void rendersCompactlyInTheGivenOrderSortedOrPretty() {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("b", List.of(1, "x\"\n", Map.of()));
        value.put("a", null);

        assertThat(Json.render(value)).isEqualTo(utf8("{\"b\":[1,\"x\\\"\\n\",{}],\"a\":null}"));
        assertThat(Json.renderSorted(value)).isEqualTo(utf8("{\"a\":null,\"b\":[1,\"x\\\"\\n\",{}]}"));
        assertThat(Json.renderPretty(value))
                .isEqualTo("{\n  \"b\": [\n    1,\n    \"x\\\"\\n\",\n    {}\n  ],\n  \"a\": null\n}");
    }

    @Test
    void refusesToRenderWhatJsonHasNot() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.render(new Object()));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.render(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.render("\ud800"));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.render(Map.of(1, 2)));
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatIllegalArgumentException().isThrownBy(() -> Json.render(endless));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.renderSorted(endless));
    }

    @Test
    void readsBackWhatItRendered() {
        long seed = 7_638;
        System.out.println("JsonTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Object value = anyValue(random, 4);

            assertThat(Json.parse(Json.render(value))).isEqualTo(value);
            assertThat(Json.parse(Json.renderSorted(value))).isEqualTo(value);
            assertThat(Json.parse(utf8(Json.renderPretty(value)))).isEqualTo(value);
        }
    }

    private static @Nullable Object anyValue(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> new BigDecimal(random.nextInt() + "." + (1 + random.nextInt(9)));
            case 4 -> anyText(random);
            case 5 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int n = random.nextInt(4); n > 0; n--) {
                    list.add(anyValue(random, depth - 1));
                }
                yield list;
            }
            default -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (int n = random.nextInt(4); n > 0; n--) {
                    map.put(anyText(random), anyValue(random, depth - 1));
                }
                yield map;
            }
        };
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(8); n > 0; n--) {
            int point = random.nextInt(0x2_0000);
            text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? '?' : point);
        }
        return text.toString();
    }
}
