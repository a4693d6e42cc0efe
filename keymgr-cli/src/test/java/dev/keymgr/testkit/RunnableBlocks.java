package dev.keymgr.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a page that are marked to be run: {@code <!-- run -->} or {@code <!-- run exit=31 -->} before a fence
 * {@code ```console}, in which commands begin with {@code "$ "}, go on behind {@code "> "}, and everything else is output.
 */
public final class RunnableBlocks {
    private static final Pattern MARKER = Pattern.compile("\\s*<!--\\s*run(?:\\s+exit=(\\d{1,3}))?\\s*-->\\s*");
    private static final String FENCE = "```";

    /**
     * Commands of one shell session.
     *
     * @param line of the marker, from 1
     * @param exit code that the session must end with
     */
    public record Block(int line, int exit, String commands) {}

    private RunnableBlocks() {}

    /**
     * In the order of the page.
     *
     * @throws IllegalArgumentException for a marker without a block, or a block without a command
     */
    public static List<Block> in(String page) {
        List<String> lines = page.lines().toList();
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher marker = MARKER.matcher(lines.get(i));
            if (marker.matches()) {
                int exit = marker.group(1) == null ? 0 : Integer.parseInt(marker.group(1));
                blocks.add(block(lines, i, exit));
            }
        }
        return blocks;
    }

    private static Block block(List<String> lines, int marker, int exit) {
        int fence = marker + 1;
        while (fence < lines.size() && lines.get(fence).isBlank()) {
            fence++;
        }
        if (fence == lines.size() || !lines.get(fence).strip().equals(FENCE + "console")) {
            throw new IllegalArgumentException("line " + (marker + 1) + ": no console block follows the marker");
        }
        StringBuilder commands = new StringBuilder();
        for (int i = fence + 1; i < lines.size() && !lines.get(i).strip().equals(FENCE); i++) {
            String line = lines.get(i).strip();
            boolean goesOn = line.startsWith("> ") && commands.toString().endsWith("\\\n");
            if (line.startsWith("$ ") || goesOn) {
                commands.append(line.substring(2)).append('\n');
            }
        }
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("line " + (marker + 1) + ": the block has no command");
        }
        return new Block(marker + 1, exit, commands.toString());
    }
}
