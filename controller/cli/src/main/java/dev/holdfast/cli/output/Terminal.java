package dev.holdfast.cli.output;

import java.io.PrintStream;

/// Where a command writes. `live` says that standard error is a terminal whose last line may be
/// redrawn, `colour` that standard output and standard error may carry colours.
public record Terminal(PrintStream out, PrintStream err, boolean live, boolean colour) {
    /// `text` in bold red where colours are wanted.
    public String alarm(String text) {
        return colour ? "\u001b[1;31m" + text + "\u001b[0m" : text;
    }
}
