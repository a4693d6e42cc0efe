package dev.keymgr.daemon.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Prometheus text format, read strictly. */
final class Exposition {
    /** One metric, under the name that queries use. */
    record Family(String type, String help, Set<String> labels) {}

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([-+0-9.eEINFinfNa]+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    private final SortedMap<String, Family> families = new TreeMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();

    private Exposition() {}

    static Exposition of(byte[] text) {
        Exposition exposition = new Exposition();
        String help = "";
        String type = "";
        for (String line : new String(text, UTF_8).split("\n", -1)) {
            if (line.startsWith("# HELP ")) {
                help = line.split(" ", 4)[3];
            } else if (line.startsWith("# TYPE ")) {
                type = line.split(" ", 4)[3];
            } else if (!line.isEmpty()) {
                exposition.sample(line, type, help);
            }
        }
        return exposition;
    }

    private void sample(String line, String type, String help) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("no sample: " + line);
        }
        List<String> names = new ArrayList<>();
        String labels = Objects.requireNonNullElse(sample.group(2), "");
        Matcher label = LABEL.matcher(labels);
        int end = 0;
        while (end < labels.length()) {
            if (!label.find(end) || label.start() != end) {
                throw new AssertionError("no labels: " + line);
            }
            names.add(label.group(1));
            end = label.end();
        }
        families.computeIfAbsent(sample.group(1), name -> new Family(type, help, new TreeSet<>()))
                .labels()
                .addAll(names);
        samples.put(sample.group(1) + (labels.isEmpty() ? "" : "{" + labels + "}"), Double.valueOf(sample.group(3)));
    }

    /** Ours, by name. */
    SortedMap<String, Family> families() {
        return families.tailMap("keymgr_").headMap("keymgr`");
    }

    /** Of the virtual machine and its process. */
    Set<String> others() {
        Set<String> others = new TreeSet<>(families.keySet());
        others.removeAll(families().keySet());
        return others;
    }

    /** Every value under its name with its labels, as they are written. */
    Map<String, Double> samples() {
        return samples;
    }
}
