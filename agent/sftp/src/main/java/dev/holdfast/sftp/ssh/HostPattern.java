package dev.holdfast.sftp.ssh;

import java.util.List;

/// Patterns of OpenSSH: `*` any text, `?` any character, a leading `!` negates.
final class HostPattern {
    private HostPattern() {}

    /// Whether one of the patterns matches and none that is negated does.
    static boolean matchesList(List<String> patterns, String text) {
        boolean found = false;
        for (String pattern : patterns) {
            if (pattern.startsWith("!")) {
                if (matches(pattern.substring(1), text)) {
                    return false;
                }
            } else if (matches(pattern, text)) {
                found = true;
            }
        }
        return found;
    }

    /// Greedy with one point to return to: linear for what people write, never exponential.
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length()
                    && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
