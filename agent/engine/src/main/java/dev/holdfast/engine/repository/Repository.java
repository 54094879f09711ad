package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.id.SnapshotId;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// An open repository: whole files, keys and locks. Safe for use by many threads.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable", "UnusedMethod"}) // bodies follow
public final class Repository implements AutoCloseable {
    private final Backend backend;
    private final Config config;

    private Repository(Backend backend, Config config) {
        this.backend = backend;
        this.config = config;
    }

    /// Makes a new repository with one key and opens it.
    public static Repository init(
            Backend backend, Secret password, RepositoryOptions options, RepositoryContext context)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Opens a repository.
    public static Repository open(Backend backend, Secret password, RepositoryContext context)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public Config config() {
        return config;
    }

    public Backend backend() {
        return backend;
    }

    /// Things a person should know that did not stop the opening, as key files that are broken.
    public List<String> warnings() {
        throw new UnsupportedOperationException();
    }

    /// Names of all files of a type, sorted.
    public List<String> listNames(FileType type) throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Ids of all snapshots, sorted.
    public List<SnapshotId> snapshotIds() throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// The JSON in a snapshot, index or lock file: hash of the name verified, decrypted,
    /// decompressed.
    public byte[] loadUnpacked(FileType type, String name)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Stores JSON as a snapshot, index or lock file and returns its name.
    public String saveUnpacked(FileType type, byte[] json)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Removes a file; one that is not there is fine.
    public void remove(FileType type, String name) throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Takes a lock, trying again for as long as `retry` says.
    ///
    /// @throws RepositoryException of kind LOCKED where another lock is in the way
    public RepositoryLock lock(RepositoryLock.Mode mode, Duration retry)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Loads all index files. List the snapshots first: what they need is then in the index.
    public IndexedRepository index() throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Forgets the master key and closes the backend.
    @Override
    public void close() {
        backend.close();
    }
}
