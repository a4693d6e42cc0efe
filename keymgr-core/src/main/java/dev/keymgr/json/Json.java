package dev.keymgr.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON between untrusted bytes and JDK types: {@code Map<String, Object>} in the order read, {@code List},
 * {@code String}, {@code Boolean}, {@code Long}, {@code BigDecimal} for every other number, null. Thread-safe.
 *
 * <p>Refused: anything but well-formed UTF-8, a byte order mark, a member named twice, half a surrogate pair, anything
 * after the value, and whatever exceeds a bound below.
 *
 * @standard RFC 8259
 * @standard RFC 7493 s. 2.1 and 2.3
 */
public final class Json {
    /** Bytes of one text. Our largest is a JWKS of 51,200; a claims set is far smaller. */
    public static final int BYTES_MAX = 1 << 20;

    /** Objects and arrays inside one another. Our deepest has 4; beyond this is an attack on the stack. */
    public static final int DEPTH_MAX = 32;

    /** Characters of one number: a 64-bit value and a fraction fit; long ones cost quadratic time to read. */
    public static final int NUMBER_LENGTH_MAX = 64;

    /** Decimal exponent of one number, either way. {@code 1e999999999} is nine characters and a gigabyte. */
    public static final int EXPONENT_MAX = 400;

    private static final int NAME_LENGTH_MAX = 1_024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(BYTES_MAX)
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_LENGTH_MAX)
                    .maxNameLength(NAME_LENGTH_MAX)
                    .maxStringLength(BYTES_MAX)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names come from strangers: they must not fill a table that outlives the parse.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final Separators SPACED = Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");

    private Json() {}

    /**
     * Reads exactly one value.
     *
     * @throws JsonException when the bytes are not one acceptable JSON value
     */
    public static @Nullable Object parse(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(decode(utf8))) {
            try {
                parser.nextToken();
                Object value = value(parser);
                if (parser.nextToken() != null) {
                    throw refused("something follows the value", parser.currentTokenLocation(), null);
                }
                return value;
            } catch (StreamConstraintsException e) {
                throw refused("too long or too deep", parser.currentLocation(), e);
            } catch (JsonEOFException e) {
                throw refused("it ends too early", parser.currentLocation(), e);
            } catch (JsonProcessingException e) {
                boolean twice = e.getOriginalMessage().startsWith("Duplicate");
                throw refused(twice ? "a member named twice" : "a syntax error", parser.currentLocation(), e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be read", e);
        }
    }

    /**
     * Reads exactly one object.
     *
     * @throws JsonException when the bytes are not one acceptable JSON object
     */
    @SuppressWarnings("unchecked") // value() builds maps of String to Object only
    public static Map<String, Object> parseObject(byte[] utf8) {
        if (parse(utf8) instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw new JsonException("an object was expected", 1, 1, null);
    }

    /**
     * Compact, members in the order given. The same value gives the same bytes.
     *
     * @throws IllegalArgumentException for a value that JSON has not, or one nested deeper than {@link #DEPTH_MAX}
     */
    public static byte[] render(@Nullable Object value) {
        return text(value, null).getBytes(StandardCharsets.UTF_8);
    }

    /** Compact, members of every object sorted by name (by UTF-16 code unit, as RFC 8785 does). */
    public static byte[] renderSorted(@Nullable Object value) {
        return render(sorted(value, 0));
    }

    /** For people: one member a line, two spaces deep, members in the order given; no newline at the end. */
    public static String renderPretty(@Nullable Object value) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(SPACED);
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return text(value, printer);
    }

    private static String decode(byte[] utf8) {
        if (utf8.length > BYTES_MAX) {
            throw new JsonException("longer than " + BYTES_MAX + " bytes", 0, 0, null);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            if (text.startsWith("\uFEFF")) {
                throw new JsonException("a byte order mark", 1, 1, null);
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new JsonException("not UTF-8", 0, 0, e);
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw refused("nothing there", parser.currentLocation(), null);
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> wellFormed(parser.getText(), parser);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw refused("a syntax error", parser.currentTokenLocation(), null);
        };
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = wellFormed(parser.currentName(), parser);
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }

    private static Object number(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        try {
            BigDecimal number = new BigDecimal(parser.getText());
            if (Math.abs((long) number.scale()) <= EXPONENT_MAX) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused("a number out of bounds", parser.currentTokenLocation(), e);
        }
        throw refused("a number out of bounds", parser.currentTokenLocation(), null);
    }

    private static String wellFormed(String text, JsonParser parser) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw refused("half a surrogate pair", parser.currentTokenLocation(), null);
        }
        return text;
    }

    private static JsonException refused(String fault, JsonLocation at, @Nullable Throwable cause) {
        return new JsonException(fault, at.getLineNr(), at.getColumnNr(), cause);
    }

    private static String text(@Nullable Object value, @Nullable DefaultPrettyPrinter printer) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            if (printer != null) {
                generator.setPrettyPrinter(printer);
            }
            write(value, generator);
        } catch (IOException e) {
            throw new IllegalArgumentException("not renderable as JSON, or nested deeper than " + DEPTH_MAX, e);
        }
        return text.toString();
    }

    private static void write(@Nullable Object value, JsonGenerator generator) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof Map<?, ?> members) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> member : inOrder(members).entrySet()) {
                generator.writeFieldName(encodable(name(member.getKey())));
                write(member.getValue(), generator);
            }
            generator.writeEndObject();
        } else if (value instanceof Collection<?> elements) {
            generator.writeStartArray();
            for (Object element : elements) {
                write(element, generator);
            }
            generator.writeEndArray();
        } else {
            writeScalar(value, generator);
        }
    }

    /** The same value gives the same bytes in every run: what has no order of its own is put in that of its names. */
    private static Map<?, ?> inOrder(Map<?, ?> members) {
        if (members instanceof LinkedHashMap || members instanceof SortedMap) {
            return members;
        }
        Map<String, Object> sorted = new TreeMap<>();
        members.forEach((name, member) -> sorted.put(name(name), member));
        return sorted;
    }

    private static void writeScalar(Object value, JsonGenerator generator) throws IOException {
        if (value instanceof String text) {
            generator.writeString(encodable(text));
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            generator.writeNumber(((Number) value).longValue());
        } else if (value instanceof BigDecimal decimal) {
            generator.writeNumber(decimal);
        } else if (value instanceof BigInteger integer) {
            generator.writeNumber(integer);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            generator.writeNumber(number);
        } else {
            throw new IllegalArgumentException(
                    "JSON has nothing for a " + value.getClass().getName());
        }
    }

    private static String name(@Nullable Object key) {
        if (key instanceof String name) {
            return name;
        }
        throw new IllegalArgumentException("a member whose name is not a string");
    }

    private static String encodable(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("a string with half a surrogate pair");
        }
        return text;
    }

    private static @Nullable Object sorted(@Nullable Object value, int depth) {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("nested deeper than " + DEPTH_MAX);
        }
        if (value instanceof Map<?, ?> members) {
            Map<String, Object> sorted = new TreeMap<>();
            members.forEach((name, member) -> sorted.put(name(name), sorted(member, depth + 1)));
            return sorted;
        }
        if (value instanceof Collection<?> elements) {
            List<Object> each = new ArrayList<>();
            elements.forEach(element -> each.add(sorted(element, depth + 1)));
            return each;
        }
        return value;
    }
}
