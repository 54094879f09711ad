package dev.holdfast.engine.maintenance;

/// Something a check found.
///
/// @param object what it is about, as `pack 61ed…` or `tree ac08…`
/// @param message what is wrong with it
public record CheckFinding(String object, String message) {
    /// For people.
    @Override
    public String toString() {
        return object + ": " + message;
    }
}
