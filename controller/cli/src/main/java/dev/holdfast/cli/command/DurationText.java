package dev.holdfast.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people type them: `90s`, `30m`, `1h`, `7d`, also joined (`1h30m`).
final class DurationText implements ITypeConverter<Duration> {
    private static final Pattern PART = Pattern.compile("\\G([0-9]{1,6})([smhd])");

    @Override
    public Duration convert(String text) {
        return parse(text);
    }

    static Duration parse(String text) {
        Matcher parts = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (parts.find()) {
            long number = Long.parseLong(parts.group(1));
            sum =
                    sum.plus(
                            switch (parts.group(2)) {
                                case "s" -> Duration.ofSeconds(number);
                                case "m" -> Duration.ofMinutes(number);
                                case "h" -> Duration.ofHours(number);
                                default -> Duration.ofDays(number);
                            });
            end = parts.end();
        }
        if (end != text.length() || sum.isZero()) {
            throw new TypeConversionException(
                    "'" + text + "' is no duration; write 90s, 30m, 1h or 7d");
        }
        return sum;
    }
}
