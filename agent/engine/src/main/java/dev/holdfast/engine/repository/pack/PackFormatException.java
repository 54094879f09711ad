package dev.holdfast.engine.repository.pack;

import org.jspecify.annotations.Nullable;

/// Bytes are no pack. The message says what is wrong with them; whoever knows the pack's name adds
/// it.
public final class PackFormatException extends Exception {
    private static final long serialVersionUID = 1;

    public PackFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public PackFormatException(String message) {
        this(message, null);
    }
}
