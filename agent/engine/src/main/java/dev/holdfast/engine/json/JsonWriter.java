package dev.holdfast.engine.json;

import dev.holdfast.engine.id.Sha256;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Appends JSON to a growing array of bytes, compact and escaped as Go does it (repository format,
/// section 11.4). Commas and colons come by themselves; that beginnings, names and ends fit
/// together is the caller's part. Reusable; belongs to one thread.
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /// For each byte below 0x80: 0 = raw, 1 = in hex, else the letter behind the backslash.
    private static final byte[] ESCAPES = escapes();

    private byte[] buffer = new byte[512];
    private int size;
    private boolean comma;

    /// Begins an object.
    public JsonWriter beginObject() {
        return begin('{');
    }

    /// Ends an object.
    public JsonWriter endObject() {
        return end('}');
    }

    /// Begins a list.
    public JsonWriter beginArray() {
        return begin('[');
    }

    /// Ends a list.
    public JsonWriter endArray() {
        return end(']');
    }

    /// The name of the member whose value comes next.
    public JsonWriter name(String name) {
        value(name);
        put(':');
        comma = false;
        return this;
    }

    /// A string.
    public JsonWriter value(String text) {
        separate();
        put('"');
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (point < 0x80) {
                ascii(point);
            } else {
                point(point);
            }
        }
        put('"');
        return this;
    }

    /// A signed number.
    public JsonWriter value(long number) {
        separate();
        return latin1(Long.toString(number));
    }

    /// A number that fills all 64 bits.
    public JsonWriter unsigned(long number) {
        separate();
        return latin1(Long.toUnsignedString(number));
    }

    /// `true` or `false`.
    public JsonWriter value(boolean truth) {
        separate();
        return latin1(Boolean.toString(truth));
    }

    /// `null`.
    public JsonWriter nullValue() {
        separate();
        return latin1("null");
    }

    /// Bytes in base64.
    public JsonWriter base64(byte[] bytes) {
        separate();
        put('"');
        append(Base64.getEncoder().encode(bytes));
        put('"');
        return this;
    }

    /// A string of bytes that should be UTF-8; each that is not becomes `\ufffd`.
    public JsonWriter rawString(byte[] utf8) {
        separate();
        put('"');
        for (int i = 0; i < utf8.length; ) {
            int point = Utf8.decode(utf8, i, utf8.length);
            i += point < 0 ? 1 : Utf8.length(point);
            if (point < 0) {
                latin1("\\ufffd");
            } else if (point < 0x80) {
                ascii(point);
            } else {
                point(point);
            }
        }
        put('"');
        return this;
    }

    /// The name of a file, quoted twice.
    public JsonWriter quotedName(byte[] name) {
        return rawString(QuotedName.quote(name));
    }

    /// A time.
    public JsonWriter time(Timestamp time) {
        separate();
        put('"');
        ensure(Timestamp.LENGTH_MAX);
        size = time.write(buffer, size);
        put('"');
        return this;
    }

    /// A hash in hex.
    public JsonWriter id(Sha256 id) {
        separate();
        put('"');
        ensure(Sha256.HEX_LENGTH);
        hex(id.word0());
        hex(id.word1());
        hex(id.word2());
        hex(id.word3());
        put('"');
        return this;
    }

    /// A value that is JSON already, as it is.
    public JsonWriter raw(byte[] json) {
        separate();
        append(json);
        return this;
    }

    /// A line end: behind trees and indexes.
    public JsonWriter newline() {
        put('\n');
        return this;
    }

    /// A copy of what was written.
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    /// What was written, in the first [#size()] bytes; changed by further writing.
    public byte[] buffer() {
        return buffer;
    }

    /// How many bytes were written.
    public int size() {
        return size;
    }

    /// Forgets what was written, to begin anew.
    public void reset() {
        size = 0;
        comma = false;
    }

    private JsonWriter begin(char bracket) {
        if (comma) {
            put(',');
        }
        put(bracket);
        comma = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        put(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            put(',');
        }
        comma = true;
    }

    private void ascii(int c) {
        byte escape = ESCAPES[c];
        if (escape == 0) {
            put(c);
        } else if (escape == 1) {
            latin1("\\u00");
            put(HEX[c >>> 4]);
            put(HEX[c & 0xf]);
        } else {
            put('\\');
            put(escape);
        }
    }

    private void point(int point) {
        if (point == 0x2028) {
            latin1("\\u2028");
        } else if (point == 0x2029) {
            latin1("\\u2029");
        } else if (!Utf8.isScalar(point)) {
            latin1("\\ufffd");
        } else {
            ensure(4);
            size = Utf8.encode(point, buffer, size);
        }
    }

    private void hex(long word) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            buffer[size++] = HEX[(int) (word >>> shift) & 0xf];
        }
    }

    private JsonWriter latin1(String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
        return this;
    }

    private void append(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    private void put(int ascii) {
        ensure(1);
        buffer[size++] = (byte) ascii;
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
        }
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[0x80];
        Arrays.fill(escapes, 0, 0x20, (byte) 1);
        escapes['<'] = 1;
        escapes['>'] = 1;
        escapes['&'] = 1;
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        return escapes;
    }
}
