package dev.holdfast.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Rows in aligned columns. Cells are made harmless when they are added; a column whose title
/// starts with `>` is aligned to the right. Not thread-safe.
public final class Table {
    private final List<String> titles;
    private final List<Boolean> right;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... titles) {
        this.right = List.of(titles).stream().map(t -> t.startsWith(">")).toList();
        this.titles =
                List.of(titles).stream().map(t -> t.startsWith(">") ? t.substring(1) : t).toList();
    }

    /// Adds a row.
    ///
    /// @throws IllegalArgumentException where the number of cells is not that of the columns
    public Table row(String... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells for " + titles.size() + " columns");
        }
        rows.add(List.of(cells).stream().map(PlainText::line).toList());
        return this;
    }

    /// Prints all rows, preceded by the titles if `headers`.
    public void print(PrintStream out, boolean headers) {
        List<List<String>> lines = new ArrayList<>();
        if (headers) {
            lines.add(titles);
        }
        lines.addAll(rows);
        int[] widths = new int[titles.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        for (List<String> line : lines) {
            out.println(format(line, widths));
        }
    }

    private String format(List<String> line, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = line.get(i);
            String pad = " ".repeat(widths[i] - width(cell));
            text.append(i == 0 ? "" : "  ").append(right.get(i) ? pad + cell : cell + pad);
        }
        return text.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
