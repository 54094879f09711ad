package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.daemon.failure.FailureReport;
import dev.holdfast.daemon.failure.Failures;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.proto.v1.Failure;

import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Says why a command failed: message, detail, hint; or one JSON line for programs.
final class ErrorOutput implements IExecutionExceptionHandler {
    private final Streams streams;

    ErrorOutput(Streams streams) {
        this.streams = streams;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
        FailureReport failure = Failures.of(e);
        if (failure.code() == Failure.Code.INTERNAL) {
            LoggerFactory.getLogger(ErrorOutput.class).debug("internal error", e);
        }
        boolean json = line.getCommand() instanceof RepoVerb verb && verb.json();
        int code = ExitCode.of(failure.code()).number();
        if (json) {
            JsonWriter writer = new JsonWriter();
            writer.beginObject();
            writer.name("message_type").value("exit_error");
            writer.name("code").value(code);
            writer.name("message").value(failure.message());
            writer.name("failure").value(failure.code().name());
            if (!failure.hint().isEmpty()) writer.name("hint").value(failure.hint());
            writer.endObject();
            writer.newline();
            streams.err().write(writer.buffer(), 0, writer.size());
        } else {
            print(failure);
        }
        streams.err().flush();
        return code;
    }

    private void print(FailureReport failure) {
        StringBuilder text = new StringBuilder();
        text.append("error ").append(failure.code()).append(": ");
        text.append(Text.safe(failure.message())).append('\n');
        failure.detail()
                .lines()
                .filter(each -> !each.isBlank())
                .forEach(each -> text.append("  ").append(Text.safe(each)).append('\n'));
        if (!failure.hint().isEmpty()) {
            text.append("hint: ").append(Text.safe(failure.hint())).append('\n');
        }
        streams.err().print(text);
    }
}
