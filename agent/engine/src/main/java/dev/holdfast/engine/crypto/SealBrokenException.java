package dev.holdfast.engine.crypto;

/// Sealed bytes are not what was sealed under this key: damaged, truncated, or of another key.
public final class SealBrokenException extends Exception {
    SealBrokenException(String message) {
        super(message);
    }
}
