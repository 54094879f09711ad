package dev.holdfast.cli.failure;

import dev.holdfast.cli.output.PlainText;
import dev.holdfast.cli.output.Terminal;
import dev.holdfast.proto.v1.Failure;

/// Prints a failure: `error CODE: message`, then hint and detail, each on lines of its own.
public final class FailureText {
    private FailureText() {}

    public static void print(Terminal terminal, Failure failure) {
        print(terminal, failure, "");
    }

    /// A failure that did not stop the work.
    public static void warn(Terminal terminal, Failure failure) {
        print(terminal, "warning " + name(failure), failure, "");
    }

    /// `context` is added to the detail: which run, which agent.
    public static void print(Terminal terminal, Failure failure, String context) {
        print(terminal, terminal.alarm("error " + name(failure)), failure, context);
    }

    private static void print(Terminal terminal, String title, Failure failure, String context) {
        String head = title + ": " + PlainText.block(failure.getMessage());
        terminal.err().println(indented(head));
        if (!failure.getHint().isEmpty()) {
            terminal.err().println("hint: " + indented(PlainText.block(failure.getHint())));
        }
        String detail =
                failure.getDetail().isEmpty() || context.isEmpty()
                        ? failure.getDetail() + context
                        : failure.getDetail() + ", " + context;
        if (!detail.isEmpty()) {
            terminal.err().println("detail: " + indented(PlainText.block(detail)));
        }
    }

    /// The code's name; of a code that is newer than this program, its number.
    private static String name(Failure failure) {
        return switch (failure.getCode()) {
            case UNRECOGNIZED -> "CODE_" + failure.getCodeValue();
            case CODE_UNSPECIFIED -> "INTERNAL";
            default -> failure.getCode().name();
        };
    }

    private static String indented(String text) {
        return text.strip().replace("\n", "\n  ");
    }
}
