package dev.holdfast.engine.json;

/// Bytes are no JSON, or not the JSON that was expected.
public final class JsonException extends Exception {
    private final int position;

    /// @param position index of the byte where reading stopped; -1 where unknown
    public JsonException(String message, int position) {
        super(position < 0 ? message : message + " (at byte " + position + ")");
        this.position = position;
    }

    /// Index of the byte where reading stopped; -1 where unknown.
    public int position() {
        return position;
    }
}
