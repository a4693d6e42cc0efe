package dev.keymgr.command;

import dev.keymgr.incident.Account;
import dev.keymgr.incident.Account.Times;
import dev.keymgr.incident.Account.Times.Beginning;
import dev.keymgr.incident.Account.Times.Measured;
import dev.keymgr.incident.Baseline;
import dev.keymgr.incident.Cause;
import dev.keymgr.incident.Statement;
import dev.keymgr.incident.Statement.Certainty;
import dev.keymgr.rollover.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The account of an incident as people and programs read it. */
record IncidentReport(Account account, Instant now) {

    // ---- Markdown

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Incident of key ")
                .append(account.kid().prefix())
                .append(" in scope ")
                .append(account.scope());
        text.append("\n\n");
        facts().forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(plain(value)).append('\n'));
        text.append("\n## Times\n\n| | here | Storm-0558 |\n| --- | --- | --- |\n");
        for (List<String> row : times()) {
            text.append("| ").append(String.join(" | ", row)).append(" |\n");
        }
        for (Certainty certainty : Certainty.values()) {
            text.append("\n## ").append(title(certainty)).append("\n\n");
            statements(certainty)
                    .forEach(s ->
                            text.append("- ").append(line(s, plain(s.text()))).append('\n'));
        }
        text.append("\n## Cause\n\n");
        if (account.causes().isEmpty()) {
            text.append("Not stated.\n");
        }
        account.causes()
                .forEach(c -> text.append("- ").append(line(c, plain(c.text()))).append('\n'));
        return text.toString();
    }

    /** One line that is nothing but text to whoever renders it: what people and verifiers write must make no mark of its own. */
    private static String plain(String text) {
        return unmarked(text).replaceAll("\\p{Cntrl}", " ").replaceAll("[\\\\`*\\[\\]]", "\\\\$0");
    }

    /** The times beside those of Storm-0558, for a terminal. */
    List<String> timesTable() {
        Table table = new Table().row("", "here", "Storm-0558");
        times().forEach(row -> table.row(row.toArray(String[]::new)));
        return table.lines("");
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("kid", account.kid().value());
        facts.put("opened", account.openedAt() + " by " + account.openedBy() + ": " + account.reason());
        facts.put("state", account.closedAt() == null ? "open" : "closed at " + account.closedAt());
        facts.put("revision", account.revision() + ", printed " + now);
        return facts;
    }

    private List<List<String>> times() {
        Times times = account.times();
        String mitigated = times.trustEndIsMeasured() == Measured.MEASURED ? "measured" : "bound";
        return List.of(
                List.of("to detect", least(times, times.toDetect()), Baseline.DETECT_DAYS + " d"),
                List.of(
                        "to mitigate (" + mitigated + ")",
                        span(times.toMitigate()),
                        Baseline.MITIGATE_ENTERPRISE_DAYS + " d and " + Baseline.MITIGATE_ALL_DAYS + " d"),
                List.of(
                        "exposure (" + mitigated + ")",
                        least(times, times.exposure()),
                        Baseline.EXPOSURE_MIN_DAYS + " to " + Baseline.EXPOSURE_MAX_DAYS + " d"));
    }

    private static String least(Times times, Optional<Duration> span) {
        return (span.isPresent() && times.beginning() == Beginning.AT_THE_LATEST ? "at least " : "") + span(span);
    }

    private static String span(Optional<Duration> span) {
        return span.map(Durations::format).orElse("not known");
    }

    private static String title(Certainty certainty) {
        return switch (certainty) {
            case OBSERVED -> "Observed";
            case INFERRED -> "Inferred";
            case UNKNOWN -> "Not known";
        };
    }

    private List<Statement> statements(Certainty certainty) {
        return account.statements().stream()
                .filter(s -> s.certainty() == certainty)
                .toList();
    }

    private static String line(Statement statement, String text) {
        return (statement.at() == null ? "" : statement.at() + " ")
                + text
                + (statement.confidence() == null ? "" : " (confidence " + lower(statement.confidence()) + ")")
                + cited(statement.records());
    }

    private static String line(Cause cause, String text) {
        Cause.Evidence evidence = cause.evidence();
        return cause.at() + " " + lower(cause.standing()) + ": " + text + " (" + cause.by()
                + (evidence == null ? "" : "; evidence " + evidence.name() + ", SHA-256 " + evidence.sha256())
                + ")" + cited(List.of(cause.record()));
    }

    private static String cited(List<Long> records) {
        return records.isEmpty()
                ? ""
                : records.stream().map(r -> "#" + r).collect(Collectors.joining(", ", " [audit ", "]"));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    // ---- JSON

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("kid", account.kid().value());
        members.put("scope", account.scope().value());
        members.put("revision", account.revision());
        members.put("openedAt", account.openedAt().toString());
        members.put("openedBy", account.openedBy());
        members.put("reason", account.reason());
        put(members, "closedAt", account.closedAt());
        members.put("times", timeMembers());
        members.put("baselineDays", baseline());
        members.put(
                "statements",
                account.statements().stream().map(IncidentReport::members).toList());
        members.put(
                "causes", account.causes().stream().map(IncidentReport::members).toList());
        return members;
    }

    private Map<String, Object> timeMembers() {
        Times times = account.times();
        Map<String, Object> members = new LinkedHashMap<>();
        put(members, "misusableFrom", times.misusableFrom());
        members.put("misusableFromIs", lower(times.beginning()).replace('_', '-'));
        put(members, "detectedAt", times.detectedAt());
        put(members, "stoppedAt", times.stoppedAt());
        put(members, "trustEndsAt", times.trustEndsAt());
        members.put("trustEndIs", lower(times.trustEndIsMeasured()));
        times.toDetect().ifPresent(d -> members.put("toDetectSeconds", d.toSeconds()));
        times.toMitigate().ifPresent(d -> members.put("toMitigateSeconds", d.toSeconds()));
        times.exposure().ifPresent(d -> members.put("exposureSeconds", d.toSeconds()));
        return members;
    }

    private static Map<String, Object> baseline() {
        Map<String, Object> days = new LinkedHashMap<>();
        days.put("incident", "Storm-0558");
        days.put("toDetect", Baseline.DETECT_DAYS);
        days.put("toMitigate", List.of(Baseline.MITIGATE_ENTERPRISE_DAYS, Baseline.MITIGATE_ALL_DAYS));
        days.put("exposure", List.of(Baseline.EXPOSURE_MIN_DAYS, Baseline.EXPOSURE_MAX_DAYS));
        return days;
    }

    private static Map<String, Object> members(Statement statement) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("certainty", lower(statement.certainty()));
        put(members, "at", statement.at());
        members.put("text", statement.text());
        if (statement.confidence() != null) {
            members.put("confidence", lower(statement.confidence()));
        }
        members.put("records", statement.records());
        return members;
    }

    private static Map<String, Object> members(Cause cause) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("standing", lower(cause.standing()));
        members.put("text", cause.text());
        Cause.Evidence evidence = cause.evidence();
        if (evidence != null) {
            members.put("evidence", Map.of("name", evidence.name(), "sha256", evidence.sha256()));
        }
        put(members, "at", cause.at());
        members.put("by", cause.by());
        members.put("record", cause.record());
        return members;
    }

    private static void put(Map<String, Object> members, String name, @Nullable Instant at) {
        if (at != null) {
            members.put(name, at.toString());
        }
    }

    // ---- a page to print

    String html() {
        StringBuilder page = new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Incident ")
                .append(escaped(account.kid().prefix()))
                .append("</title><style>body{font:11pt/1.4 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}")
                .append(
                        "table{border-collapse:collapse}td,th{border:1px solid #888;padding:.2rem .6rem;text-align:left}")
                .append("li{overflow-wrap:anywhere;margin:.2rem 0}h2{break-after:avoid}</style></head><body>\n");
        page.append("<h1>Incident of key ")
                .append(escaped(account.kid().prefix()))
                .append(" in scope ");
        page.append(escaped(account.scope().value())).append("</h1>\n<ul>\n");
        facts().forEach((name, value) -> item(page, name + ": " + value));
        page.append("</ul>\n<h2>Times</h2>\n<table><tr><th></th><th>here</th><th>Storm-0558</th></tr>\n");
        for (List<String> row : times()) {
            page.append(row.stream()
                    .map(cell -> "<td>" + escaped(cell) + "</td>")
                    .collect(Collectors.joining("", "<tr>", "</tr>\n")));
        }
        page.append("</table>\n");
        for (Certainty certainty : Certainty.values()) {
            page.append("<h2>").append(title(certainty)).append("</h2>\n<ul>\n");
            statements(certainty).forEach(s -> item(page, line(s, s.text())));
            page.append("</ul>\n");
        }
        page.append("<h2>Cause</h2>\n<ul>\n");
        account.causes().forEach(c -> item(page, line(c, c.text())));
        if (account.causes().isEmpty()) {
            item(page, "Not stated.");
        }
        return page.append("</ul>\n</body></html>\n").toString();
    }

    private static void item(StringBuilder page, String text) {
        page.append("<li>").append(escaped(text)).append("</li>\n");
    }

    private static String escaped(String text) {
        return unmarked(text).replace("\"", "&quot;");
    }

    private static String unmarked(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
