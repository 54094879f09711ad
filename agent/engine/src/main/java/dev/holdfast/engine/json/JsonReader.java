package dev.holdfast.engine.json;

import dev.holdfast.engine.id.Sha256;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Pulls JSON out of bytes, value by value: the caller says what it expects next, and gets that or
/// a [JsonException]. Nesting is bounded, nothing is read ahead. Belongs to one thread.
///
/// ```
/// reader.beginObject();
/// while (reader.hasNext()) {
///     switch (reader.nextName()) {
///         case "time" -> time = reader.nextTime();
///         default -> reader.skipValue();
///     }
/// }
/// reader.endObject();
/// reader.end();
/// ```
public final class JsonReader {
    /// What comes next.
    public enum Token {
        /// `{`
        BEGIN_OBJECT,
        /// `}`
        END_OBJECT,
        /// `[`
        BEGIN_ARRAY,
        /// `]`
        END_ARRAY,
        /// The name of a member of an object.
        NAME,
        /// A string.
        STRING,
        /// A number.
        NUMBER,
        /// `true` or `false`.
        BOOLEAN,
        /// `null`
        NULL,
        /// Nothing: the bytes are at their end.
        END
    }

    private static final int DEPTH_MAX = 64;
    private static final int NAMES = 64; // slots, a power of two

    /// What may stand at the current position.
    private enum Expect {
        VALUE,
        FIRST,
        NEXT,
        NOTHING
    }

    private final byte[] bytes;
    private final int end;
    private final boolean[] inObject = new boolean[DEPTH_MAX + 1];
    private final String[] names = new String[NAMES];
    private int depth;
    private int at;
    private Expect expect = Expect.VALUE;

    /// A reader of all of `bytes`.
    public JsonReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /// A reader of `bytes[offset, offset + length)`.
    public JsonReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
        Arrays.fill(names, "");
    }

    /// What comes next; nothing is consumed.
    public Token peek() throws JsonException {
        int next = skipSpace(at);
        if (expect == Expect.NEXT && next < end && bytes[next] == ',') {
            next = skipSpace(next + 1);
            if (next < end && (bytes[next] == '}' || bytes[next] == ']')) {
                throw malformed("a comma with nothing behind it", next);
            }
        }
        if (next >= end) {
            return Token.END;
        }
        boolean named = depth > 0 && inObject[depth] && expect != Expect.VALUE;
        return switch (bytes[next]) {
            case '{' -> Token.BEGIN_OBJECT;
            case '}' -> Token.END_OBJECT;
            case '[' -> Token.BEGIN_ARRAY;
            case ']' -> Token.END_ARRAY;
            case '"' -> named ? Token.NAME : Token.STRING;
            case 't', 'f' -> Token.BOOLEAN;
            case 'n' -> Token.NULL;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Token.NUMBER;
            default -> throw malformed("no JSON value", next);
        };
    }

    /// Enters an object.
    public void beginObject() throws JsonException {
        begin('{', true);
    }

    /// Leaves an object behind its last member.
    public void endObject() throws JsonException {
        end('}', true);
    }

    /// Enters a list.
    public void beginArray() throws JsonException {
        begin('[', false);
    }

    /// Leaves a list behind its last element.
    public void endArray() throws JsonException {
        end(']', false);
    }

    /// Whether the current object or list has another member or element.
    public boolean hasNext() throws JsonException {
        Token next = peek();
        return next != Token.END_OBJECT && next != Token.END_ARRAY && next != Token.END;
    }

    /// The name of the next member.
    public String nextName() throws JsonException {
        if (depth == 0 || !inObject[depth] || expect == Expect.VALUE) {
            throw malformed("no name of a member", at);
        }
        separate();
        int start = at;
        String name = cached(start + 1, string());
        at = skipSpace(at);
        take(':');
        expect = Expect.VALUE;
        return name;
    }

    /// A string as text.
    public String nextString() throws JsonException {
        return new String(nextBytes(), StandardCharsets.UTF_8);
    }

    /// A string as the bytes of its UTF-8; bytes that are no UTF-8 stay as they are.
    public byte[] nextBytes() throws JsonException {
        beforeValue();
        int start = at + 1;
        boolean escaped = string();
        afterValue();
        byte[] raw = Arrays.copyOfRange(bytes, start, skipBack());
        return escaped ? unescape(raw, start) : raw;
    }

    /// A number without fraction that fits a long.
    public long nextLong() throws JsonException {
        String digits = number();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw malformed("not a 64-bit number: " + digits, at);
        }
    }

    /// A number from 0 to 2^64 - 1, in the bits of a long.
    public long nextUnsignedLong() throws JsonException {
        String digits = number();
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw malformed("not an unsigned 64-bit number: " + digits, at);
        }
    }

    /// `true` or `false`.
    public boolean nextBoolean() throws JsonException {
        beforeValue();
        boolean truth = at < end && bytes[at] == 't';
        word(truth ? "true" : "false");
        return truth;
    }

    /// `null`.
    public void nextNull() throws JsonException {
        beforeValue();
        word("null");
    }

    /// Bytes out of base64.
    public byte[] nextBase64() throws JsonException {
        byte[] text = nextBytes();
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed("not base64: " + e.getMessage(), at);
        }
    }

    /// A hash out of 64 hex digits.
    public Sha256 nextId() throws JsonException {
        String text = nextString();
        if (!Sha256.isHex(text)) {
            throw malformed("not an id of 64 lower-case hex digits", at);
        }
        return Sha256.parse(text);
    }

    /// A time.
    public Timestamp nextTime() throws JsonException {
        return Timestamp.parse(nextBytes());
    }

    /// Passes over the next value, whatever it is.
    public void skipValue() throws JsonException {
        int before = depth;
        do {
            switch (peek()) {
                case BEGIN_OBJECT -> beginObject();
                case END_OBJECT -> endObject();
                case BEGIN_ARRAY -> beginArray();
                case END_ARRAY -> endArray();
                case NAME -> nextName();
                case STRING -> {
                    beforeValue();
                    string();
                    afterValue();
                }
                case NUMBER -> skipNumber();
                case BOOLEAN -> nextBoolean();
                case NULL -> nextNull();
                case END -> throw malformed("it ends early", at);
            }
        } while (depth > before || expect == Expect.VALUE);
    }

    /// The bytes of the next value, whatever it is.
    public byte[] nextRaw() throws JsonException {
        peek();
        int start = skipSpace(at);
        if (start < end && bytes[start] == ',' && expect == Expect.NEXT) {
            start = skipSpace(start + 1);
        }
        skipValue();
        return Arrays.copyOfRange(bytes, start, at);
    }

    /// Makes sure that nothing but white space is left.
    public void end() throws JsonException {
        at = skipSpace(at);
        if (depth > 0 || at < end || expect != Expect.NOTHING) {
            throw malformed("something is behind the end, or missing before it", at);
        }
    }

    private void begin(char bracket, boolean object) throws JsonException {
        beforeValue();
        take(bracket);
        if (depth == DEPTH_MAX) {
            throw malformed("nested deeper than " + DEPTH_MAX, at);
        }
        inObject[++depth] = object;
        expect = Expect.FIRST;
    }

    private void end(char bracket, boolean object) throws JsonException {
        at = skipSpace(at);
        if (depth == 0 || inObject[depth] != object || expect == Expect.VALUE) {
            throw malformed("no " + bracket + " is due", at);
        }
        take(bracket);
        depth--;
        afterValue();
    }

    private void beforeValue() throws JsonException {
        if (expect == Expect.NOTHING || (inObject[depth] && expect != Expect.VALUE)) {
            throw malformed("no value is due", at);
        }
        separate();
    }

    private void afterValue() {
        expect = depth == 0 ? Expect.NOTHING : Expect.NEXT;
    }

    private void separate() throws JsonException {
        at = skipSpace(at);
        if (expect == Expect.NEXT) {
            take(',');
            at = skipSpace(at);
        }
    }

    private void take(char ascii) throws JsonException {
        if (at >= end || bytes[at] != ascii) {
            throw malformed("expected " + ascii, at);
        }
        at++;
    }

    private void word(String word) throws JsonException {
        for (int i = 0; i < word.length(); i++) {
            take(word.charAt(i));
        }
        afterValue();
    }

    private String number() throws JsonException {
        beforeValue();
        int start = at;
        integer();
        if (at < end && (bytes[at] == '.' || bytes[at] == 'e' || bytes[at] == 'E')) {
            throw malformed("not a whole number", at);
        }
        afterValue();
        return new String(bytes, start, at - start, StandardCharsets.US_ASCII);
    }

    private void skipNumber() throws JsonException {
        beforeValue();
        integer();
        if (at < end && bytes[at] == '.') {
            at++;
            digits();
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            digits();
        }
        afterValue();
    }

    private void integer() throws JsonException {
        if (at < end && bytes[at] == '-') {
            at++;
        }
        int start = at;
        digits();
        if (bytes[start] == '0' && at > start + 1) {
            throw malformed("a number with a zero before it", start);
        }
    }

    private void digits() throws JsonException {
        int start = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw malformed("no digit", at);
        }
    }

    /// Passes over a string.
    ///
    /// @return whether it has escapes
    private boolean string() throws JsonException {
        take('"');
        boolean escaped = false;
        while (at < end) {
            byte b = bytes[at++];
            if (b == '"') {
                return escaped;
            }
            if (b == '\\') {
                escaped = true;
                at++;
            } else if (b >= 0 && b < 0x20) {
                throw malformed("a control character in a string", at - 1);
            }
        }
        at = Math.min(at, end);
        throw malformed("a string without end", at);
    }

    /// The index of the closing quote of the string that was just passed.
    private int skipBack() {
        return at - 1;
    }

    private byte[] unescape(byte[] raw, int start) throws JsonException {
        byte[] text = new byte[raw.length];
        int size = 0;
        int i = 0;
        while (i < raw.length) {
            if (raw[i] != '\\') {
                text[size++] = raw[i++];
                continue;
            }
            if (raw[i + 1] != 'u') {
                text[size++] = plainEscape(raw[i + 1], start + i);
                i += 2;
                continue;
            }
            int point = unit(raw, i + 2, start);
            i += 6;
            if (Character.isHighSurrogate((char) point) && followedByLow(raw, i, start)) {
                point = Character.toCodePoint((char) point, (char) unit(raw, i + 2, start));
                i += 6;
            }
            size = Utf8.encode(Utf8.isScalar(point) ? point : 0xfffd, text, size);
        }
        return Arrays.copyOf(text, size);
    }

    private boolean followedByLow(byte[] raw, int i, int start) throws JsonException {
        return raw.length - i >= 6
                && raw[i] == '\\'
                && raw[i + 1] == 'u'
                && Character.isLowSurrogate((char) unit(raw, i + 2, start));
    }

    private byte plainEscape(byte letter, int position) throws JsonException {
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw malformed("an unknown escape", position);
        };
    }

    private int unit(byte[] raw, int i, int start) throws JsonException {
        if (raw.length - i < 4) {
            throw malformed("a short escape", start + i);
        }
        int unit = 0;
        for (int j = i; j < i + 4; j++) {
            int digit = raw[j] < 0 ? -1 : Character.digit(raw[j], 16);
            if (digit < 0) {
                throw malformed("no hex digit", start + j);
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    /// The name between `start` and the closing quote: one string for all its occurrences.
    private String cached(int start, boolean escaped) throws JsonException {
        int stop = skipBack();
        if (escaped) {
            byte[] raw = unescape(Arrays.copyOfRange(bytes, start, stop), start);
            return new String(raw, StandardCharsets.UTF_8);
        }
        int hash = stop - start;
        for (int i = start; i < stop; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = hash & (NAMES - 1);
        String name = names[slot];
        if (!matches(name, start, stop)) {
            name = new String(bytes, start, stop - start, StandardCharsets.UTF_8);
            names[slot] = name;
        }
        return name;
    }

    private boolean matches(String name, int start, int stop) {
        if (name.length() != stop - start) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != bytes[start + i]) {
                return false;
            }
        }
        return true;
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < end
                && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t')) {
            i++;
        }
        return i;
    }

    private static JsonException malformed(String what, int position) {
        return new JsonException("malformed JSON: " + what, position);
    }
}
