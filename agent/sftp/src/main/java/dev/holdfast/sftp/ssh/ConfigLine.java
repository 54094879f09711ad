package dev.holdfast.sftp.ssh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One directive of an SSH configuration, split as OpenSSH splits it: keyword, then words; an
/// equals sign may stand after the keyword; quotes hold a word together; a word that starts with
/// `#` begins a comment.
///
/// @param keyword in lower case
/// @param words after the keyword, quotes removed
/// @param source file and line, for messages
record ConfigLine(String keyword, List<String> words, String source) {
    /// Empty for blank lines and comments.
    static Optional<ConfigLine> parse(String text, String source) throws ConfigSyntaxException {
        String line = text.strip();
        if (line.isEmpty() || line.startsWith("#")) {
            return Optional.empty();
        }
        int end = 0;
        while (end < line.length() && !isSpace(line.charAt(end)) && line.charAt(end) != '=') {
            end++;
        }
        String keyword = line.substring(0, end).toLowerCase(Locale.ROOT);
        String rest = line.substring(end).stripLeading();
        if (rest.startsWith("=")) {
            rest = rest.substring(1);
        }
        return Optional.of(new ConfigLine(keyword, words(rest, source), source));
    }

    private static List<String> words(String text, String source) throws ConfigSyntaxException {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < text.length() && isSpace(text.charAt(at))) {
                at++;
            }
            if (at == text.length() || text.charAt(at) == '#') {
                return List.copyOf(words);
            }
            StringBuilder word = new StringBuilder();
            char quote = 0;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (quote == 0 && isSpace(c)) {
                    break;
                }
                if (c == '\\'
                        && at + 1 < text.length()
                        && isEscapable(text.charAt(at + 1), quote)) {
                    at++;
                    word.append(text.charAt(at));
                } else if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (quote != 0 && c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            }
            if (quote != 0) {
                throw new ConfigSyntaxException(source + ": a quote is not closed");
            }
            words.add(word.toString());
        }
    }

    private static boolean isEscapable(char c, char quote) {
        return c == '\\' || c == '"' || c == '\'' || (quote == 0 && c == ' ');
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f';
    }

    /// The first word.
    String value() throws ConfigSyntaxException {
        if (words.isEmpty()) {
            throw new ConfigSyntaxException(source + ": " + keyword + " has no value");
        }
        return words.getFirst();
    }

    /// All words as one text, for directives that take the rest of the line.
    String rest() {
        return String.join(" ", words);
    }
}
