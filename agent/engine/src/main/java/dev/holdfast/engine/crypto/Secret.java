package dev.holdfast.engine.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A password or another short secret, as UTF-8 bytes. Prints `***`, is wiped by [#close], and is
/// never an argument or an environment variable. Safe for use by many threads.
public final class Secret implements AutoCloseable {
    private final byte[] utf8;
    private boolean closed;

    private Secret(byte[] utf8) {
        this.utf8 = utf8;
    }

    /// A secret of a copy of `utf8`; the caller wipes its own.
    public static Secret of(byte[] utf8) {
        return new Secret(utf8.clone());
    }

    /// A secret of the characters of all `parts` one after the other; the caller wipes its own.
    public static Secret of(char[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        char[] chars = new char[length];
        int filled = 0;
        for (char[] part : parts) {
            System.arraycopy(part, 0, chars, filled, part.length);
            filled += part.length;
        }
        ByteBuffer encoded = ByteBuffer.allocate(3 * length);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(chars), encoded, true);
        byte[] utf8 = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        Arrays.fill(chars, '\0');
        return new Secret(utf8);
    }

    /// A copy of the bytes, for the caller to wipe.
    ///
    /// @throws IllegalStateException after [#close]
    public synchronized byte[] copyBytes() {
        if (closed) {
            throw new IllegalStateException("the secret was wiped");
        }
        return utf8.clone();
    }

    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(utf8, (byte) 0);
    }

    @Override
    public String toString() {
        return "***";
    }
}
