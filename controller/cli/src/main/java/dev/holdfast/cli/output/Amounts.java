package dev.holdfast.cli.output;

import com.google.protobuf.Timestamp;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Numbers and times as people read them; scripts take the exact ones from JSON.
public final class Amounts {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Amounts() {}

    /// `1.5 GiB`; whole bytes below 1 KiB.
    public static String bytes(long bytes) {
        if (Long.compareUnsigned(bytes, 1024) < 0) {
            return bytes + " B";
        }
        double value = bytes < 0 ? 0x1p64 + bytes : bytes;
        int unit = 0;
        while (value >= 1023.95 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /// `0.3 s`, `12 s`, `3m 05s`, `2h 03m`, `4d 02h`.
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (duration.toMillis() < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%dm %02ds", seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return String.format(Locale.ROOT, "%dh %02dm", seconds / 3600, seconds % 3600 / 60);
        }
        return String.format(Locale.ROOT, "%dd %02dh", seconds / 86_400, seconds % 86_400 / 3600);
    }

    /// Local date and time to the second; empty for the timestamp that was never set.
    public static String time(Timestamp time, ZoneId zone) {
        if (time.equals(Timestamp.getDefaultInstance())) {
            return "";
        }
        return TIME.format(instant(time).atZone(zone));
    }

    public static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
