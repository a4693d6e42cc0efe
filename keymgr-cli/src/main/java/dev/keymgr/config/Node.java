package dev.keymgr.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of the file as written, before anyone asks what it means. */
sealed interface Node {

    /** What it is, for messages: {@code a list}. */
    String kind();

    /** What a scalar looks like. Quoted text is always TEXT. */
    enum Form {
        TEXT,
        INTEGER,
        /** Numeric to some YAML reader or other: 1.5, 0x1F, 010. */
        NUMBER,
        BOOLEAN,
        EMPTY,
        /** Reported by the reader already; whoever meets it stays silent. */
        REFUSED
    }

    /** A single value. */
    record Scalar(Form form, String text) implements Node {
        boolean isNothing() {
            return form == Form.EMPTY || form == Form.REFUSED;
        }

        @Override
        public String kind() {
            return switch (form) {
                case TEXT -> "text";
                case INTEGER, NUMBER -> "a number";
                case BOOLEAN -> "true or false";
                case EMPTY, REFUSED -> "empty";
            };
        }
    }

    /** An element of a list. */
    record Item(Position position, Node value) {}

    /** A list. */
    record Sequence(List<Item> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return items.isEmpty() ? "an empty list" : "a list";
        }
    }

    /** Key and value of a mapping, at the position of the key. */
    record Member(Position position, Node value) {}

    /** A mapping, in the order of the file. */
    record Mapping(Map<String, Member> members) implements Node {
        static final Mapping NONE = new Mapping(Map.of());

        public Mapping {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        @Override
        public String kind() {
            return members.isEmpty() ? "an empty mapping" : "a mapping";
        }
    }
}
