package dev.holdfast.sftp;

import dev.holdfast.engine.backend.BackendException;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// The outcome of one stage of a [ConnectionTest].
///
/// @param stage what was tried
/// @param took how long it took; zero where it was skipped
/// @param result how it went
/// @param finding what was seen, for people: an address, a fingerprint, a free-space figure
/// @param failure kind, message and hint, where the result is FAILED, or WARNING with a cause
public record TestStep(
        Stage stage,
        Duration took,
        Result result,
        String finding,
        Optional<BackendException> failure) {
    /// How a stage went.
    public enum Result {
        OK,
        /// Works, but something is worth knowing.
        WARNING,
        FAILED,
        /// Not tried because an earlier stage failed, or because the server does not offer it.
        SKIPPED
    }

    /// The stages in the order in which they run.
    public enum Stage {
        RESOLVE,
        CONNECT,
        BANNER,
        KEY_EXCHANGE,
        HOST_KEY,
        AUTHENTICATION,
        SUBSYSTEM,
        LIST,
        WRITE,
        FSYNC,
        RENAME,
        READ,
        DELETE,
        FREE_SPACE,
        LATENCY;

        /// As people read it: `key exchange`.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    public TestStep {
        if ((result == Result.FAILED) && failure.isEmpty()) {
            throw new IllegalArgumentException(stage + " failed without a failure");
        }
    }
}
