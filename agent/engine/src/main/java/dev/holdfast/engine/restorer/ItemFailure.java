package dev.holdfast.engine.restorer;

/// Something that is not restored, or not completely, and why.
///
/// @param path below the target's root, with bytes that are no UTF-8 replaced; cut where very long
/// @param cause in words
public record ItemFailure(String path, String cause) {
    private static final int TEXT_MAX = 4096;

    public ItemFailure {
        path = shorten(path);
        cause = shorten(cause);
    }

    @Override
    public String toString() {
        return path + ": " + cause;
    }

    private static String shorten(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
    }
}
