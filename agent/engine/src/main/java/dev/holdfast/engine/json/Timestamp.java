package dev.holdfast.engine.json;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/// An instant with the offset it was or will be written with (repository format, section 11.6).
///
/// Written as Go does: no zeros at the end of the fraction, `Z` for an offset of zero, the seconds
/// of historic offsets cut off behind a clock that has them.
///
/// @param epochSecond seconds since 1970, UTC
/// @param nano nanoseconds after that second
/// @param offsetSeconds east of UTC
public record Timestamp(long epochSecond, int nano, int offsetSeconds) {
    private static final int DAY = 86_400;
    private static final int YEAR_MAX = 9999;
    private static final long LOCAL_MIN = LocalDate.of(0, 1, 1).toEpochDay() * DAY;
    private static final long LOCAL_MAX = LocalDate.of(YEAR_MAX + 1, 1, 1).toEpochDay() * DAY;

    /// @throws IllegalArgumentException for a year that has no four digits, and for what is out of
    ///   range
    public Timestamp {
        if (nano < 0 || nano > 999_999_999 || Math.abs(offsetSeconds) >= DAY) {
            throw new IllegalArgumentException("nano " + nano + ", offset " + offsetSeconds);
        }
        if (epochSecond + offsetSeconds < LOCAL_MIN || epochSecond + offsetSeconds >= LOCAL_MAX) {
            throw new IllegalArgumentException("year outside 0 to 9999: " + epochSecond + " s");
        }
    }

    /// The time as clocks in `zone` show it. Years that do not fit are moved to 0 and 9999.
    public static Timestamp of(Instant instant, ZoneId zone) {
        int offset = zone.getRules().getOffset(instant).getTotalSeconds();
        long local = instant.getEpochSecond() + offset;
        if (local >= LOCAL_MIN && local < LOCAL_MAX) {
            return new Timestamp(instant.getEpochSecond(), instant.getNano(), offset);
        }
        LocalDateTime clock =
                LocalDateTime.ofEpochSecond(
                        Math.clamp(
                                local,
                                LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC),
                                LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC)),
                        0,
                        ZoneOffset.UTC);
        int year = local < LOCAL_MIN ? 0 : YEAR_MAX;
        LocalDate day =
                LocalDate.of(year, clock.getMonth(), 1).plusDays(clock.getDayOfMonth() - 1L);
        ZonedDateTime moved = ZonedDateTime.of(day, clock.toLocalTime(), zone);
        return new Timestamp(
                moved.toEpochSecond(), instant.getNano(), moved.getOffset().getTotalSeconds());
    }

    /// Parses strict RFC 3339; digits of the fraction after the ninth are dropped.
    public static Timestamp parse(String text) throws JsonException {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    static Timestamp parse(byte[] text) throws JsonException {
        Scanner in = new Scanner(text);
        int year = in.digits(4);
        in.expect('-');
        int month = in.digits(2);
        in.expect('-');
        int day = in.digits(2);
        in.expect('T');
        int hour = in.limited(in.digits(2), 23);
        in.expect(':');
        int minute = in.limited(in.digits(2), 59);
        in.expect(':');
        int second = in.limited(in.digits(2), 59);
        int nano = in.fraction();
        int offset = in.offset();
        in.end();
        try {
            long epochDay = LocalDate.of(year, month, day).toEpochDay();
            long local = epochDay * DAY + hour * 3600L + minute * 60L + second;
            return new Timestamp(local - offset, nano, offset);
        } catch (DateTimeException e) {
            throw in.malformed();
        }
    }

    /// The instant, without the offset.
    public Instant instant() {
        return Instant.ofEpochSecond(epochSecond, nano);
    }

    /// As JSON has it, without the quotes.
    @Override
    public String toString() {
        byte[] bytes = new byte[LENGTH_MAX];
        return new String(bytes, 0, write(bytes, 0), StandardCharsets.US_ASCII);
    }

    /// Most bytes of a text: `2020-09-13T12:26:40.123456789+05:45`.
    static final int LENGTH_MAX = 35;

    /// Writes the text at `at`.
    ///
    /// @return the index behind it
    int write(byte[] bytes, int at) {
        long local = epochSecond + offsetSeconds;
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(local, DAY));
        int second = Math.floorMod(local, DAY);
        int end = put(bytes, at, date.getYear(), 4);
        end = put(bytes, byteAt(bytes, end, '-'), date.getMonthValue(), 2);
        end = put(bytes, byteAt(bytes, end, '-'), date.getDayOfMonth(), 2);
        end = put(bytes, byteAt(bytes, end, 'T'), second / 3600, 2);
        end = put(bytes, byteAt(bytes, end, ':'), second / 60 % 60, 2);
        end = put(bytes, byteAt(bytes, end, ':'), second % 60, 2);
        if (nano > 0) {
            end = put(bytes, byteAt(bytes, end, '.'), nano, 9);
            while (bytes[end - 1] == '0') {
                end--;
            }
        }
        if (offsetSeconds == 0) {
            return byteAt(bytes, end, 'Z');
        }
        int minutes = offsetSeconds / 60;
        end = byteAt(bytes, end, minutes < 0 ? '-' : '+');
        end = put(bytes, end, Math.abs(minutes) / 60, 2);
        return put(bytes, byteAt(bytes, end, ':'), Math.abs(minutes) % 60, 2);
    }

    private static int byteAt(byte[] bytes, int at, char ascii) {
        bytes[at] = (byte) ascii;
        return at + 1;
    }

    private static int put(byte[] bytes, int at, int value, int width) {
        int rest = value;
        for (int i = at + width - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + width;
    }

    /// Walks over the text of a time.
    private static final class Scanner {
        private final byte[] text;
        private int at;

        Scanner(byte[] text) {
            this.text = text;
        }

        int digits(int count) throws JsonException {
            int value = 0;
            for (int i = 0; i < count; i++) {
                if (!isDigit()) {
                    throw malformed();
                }
                value = value * 10 + text[at++] - '0';
            }
            return value;
        }

        int limited(int value, int max) throws JsonException {
            if (value > max) {
                throw malformed();
            }
            return value;
        }

        void expect(char ascii) throws JsonException {
            if (at >= text.length || text[at++] != ascii) {
                throw malformed();
            }
        }

        int fraction() throws JsonException {
            if (at >= text.length || text[at] != '.') {
                return 0;
            }
            at++;
            int nano = digits(1);
            for (int i = 1; i < 9; i++) {
                nano = nano * 10 + (isDigit() ? text[at++] - '0' : 0);
            }
            while (isDigit()) {
                at++;
            }
            return nano;
        }

        int offset() throws JsonException {
            if (at < text.length && text[at] == 'Z') {
                at++;
                return 0;
            }
            boolean west = at < text.length && text[at] == '-';
            expect(west ? '-' : '+');
            int hours = limited(digits(2), 23);
            expect(':');
            int seconds = (hours * 60 + limited(digits(2), 59)) * 60;
            return west ? -seconds : seconds;
        }

        void end() throws JsonException {
            if (at != text.length) {
                throw malformed();
            }
        }

        JsonException malformed() {
            int shown = Math.min(text.length, 64);
            String start = new String(text, 0, shown, StandardCharsets.UTF_8);
            return new JsonException("not a time of RFC 3339: " + start, -1);
        }

        private boolean isDigit() {
            return at < text.length && text[at] >= '0' && text[at] <= '9';
        }
    }
}
