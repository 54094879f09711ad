package dev.holdfast.engine.repository;

import dev.holdfast.engine.chunker.Polynomial;
import dev.holdfast.engine.crypto.ScryptParameters;

import java.util.Optional;

/// How a new repository is made.
///
/// @param version of the format: 2, or 1 for readers from before 2022
/// @param polynomial that cuts files; random where empty; the one of another repository lets blobs
///   be copied and found again
public record RepositoryOptions(
        int version, Optional<Polynomial> polynomial, ScryptParameters scrypt) {
    /// Version 2, a random polynomial, the format's own scrypt parameters.
    public static final RepositoryOptions DEFAULT =
            new RepositoryOptions(2, Optional.empty(), ScryptParameters.DEFAULT);

    public RepositoryOptions {
        if (version < Config.VERSION_MIN || version > Config.VERSION_MAX) {
            throw new IllegalArgumentException("no version of the format: " + version);
        }
    }
}
