package dev.holdfast.engine.repository.index;

import org.jspecify.annotations.Nullable;

/// Bytes are no index file. The message says what is wrong with them; whoever knows the file's name
/// adds it.
public final class IndexFormatException extends Exception {
    private static final long serialVersionUID = 1;

    public IndexFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
