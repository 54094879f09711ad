package dev.holdfast.sftp.probe;

/// What a part of the test saw.
///
/// @param doubtful works, but a person should know
public record Finding(String text, boolean doubtful) {
    static Finding good(String text) {
        return new Finding(text, false);
    }

    static Finding doubtful(String text) {
        return new Finding(text, true);
    }
}
