package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.crypto.Hasher;

import java.io.IOException;

/// Loads files that are named by their hash.
final class VerifiedLoad {
    private VerifiedLoad() {}

    /// Loads a file whose bytes hash to its name; reads once more where they do not, since the
    /// error may be one of the way here.
    static byte[] load(Backend backend, Handle handle) throws IOException, InterruptedException {
        for (int tries = 0; tries < 2; tries++) {
            byte[] bytes = backend.load(handle);
            if (new Hasher().hash(bytes, 0, bytes.length).toString().equals(handle.name())) {
                return bytes;
            }
        }
        throw RepositoryException.corrupt(
                handle + " is damaged: its content does not hash to its name", null);
    }
}
