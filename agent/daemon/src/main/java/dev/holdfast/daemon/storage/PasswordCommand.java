package dev.holdfast.daemon.storage;

import dev.holdfast.daemon.failure.FailureException;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.proto.v1.Failure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A repository password printed by a program. Its words are split at white space, with quotes and
/// backslashes as in a shell; no shell runs.
public final class PasswordCommand {
    private static final int OUTPUT_MAX = 64 << 10;

    private PasswordCommand() {}

    /// Runs it and takes what it prints.
    public static Secret run(String command) throws IOException, InterruptedException {
        List<String> words = split(command);
        if (words.isEmpty()) throw failed(command, "is empty");
        Process process;
        try {
            process =
                    new ProcessBuilder(words)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .start();
        } catch (IOException e) {
            throw new FailureException(
                    Failure.Code.SECRET_UNAVAILABLE,
                    "the password command cannot be started",
                    "check the path of " + words.getFirst(),
                    e);
        }
        byte[] output;
        try {
            output = process.getInputStream().readNBytes(OUTPUT_MAX);
            int code = process.waitFor();
            if (code != 0) throw failed(words.getFirst(), "ended with exit code " + code);
        } finally {
            process.destroy();
        }
        try {
            return PasswordFile.secret(output);
        } catch (IllegalArgumentException _) {
            throw failed(words.getFirst(), "printed nothing");
        } finally {
            Arrays.fill(output, (byte) 0);
        }
    }

    static List<String> split(String command) throws FailureException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < command.length()) {
                word.append(command.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) words.add(word.toString());
                word.setLength(0);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) throw failed(command, "has a quote that is not closed");
        if (inWord) words.add(word.toString());
        return words;
    }

    private static FailureException failed(String command, String what) {
        return new FailureException(
                Failure.Code.SECRET_UNAVAILABLE,
                "the password command " + command + " " + what,
                "run it by hand");
    }
}
