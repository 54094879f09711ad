package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.json.JsonException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The files in `locks/`. Safe for use by many threads.
final class LockFiles {
    private static final int FILE_SIZE_MAX = 1 << 16;

    private final Backend backend;
    private final UnpackedCodec codec;
    private final boolean compresses;

    LockFiles(Backend backend, UnpackedCodec codec, boolean compresses) {
        this.backend = backend;
        this.codec = codec;
        this.compresses = compresses;
    }

    /// Everybody's locks but those named.
    ///
    /// @param pauses before each further try of a file that cannot be read: its holder may be
    ///   writing it, on a storage that shows files before they are complete
    /// @throws RepositoryException of kind LOCKED for a file that stays unreadable: nobody can know
    ///   what it protects
    List<LockHolder> load(Set<String> except, List<Duration> pauses)
            throws IOException, InterruptedException {
        List<LockHolder> holders = new ArrayList<>();
        for (Backend.Entry file : backend.list(FileType.LOCK)) {
            boolean other = !except.contains(file.handle().name());
            if (other && file.size() > 0) { // empty files are no locks
                load(file.handle(), pauses).ifPresent(holders::add);
            }
        }
        return holders;
    }

    /// Writes a lock and returns its file's name.
    String write(LockHolder holder) throws IOException, InterruptedException {
        byte[] bytes = codec.encode("a lock", holder.write(), compresses);
        String name = new Hasher().hash(bytes, 0, bytes.length).toString();
        backend.save(new Handle(FileType.LOCK, name), bytes, 0, bytes.length);
        return name;
    }

    boolean exists(String name) throws IOException, InterruptedException {
        try {
            backend.size(new Handle(FileType.LOCK, name));
            return true;
        } catch (BackendException e) {
            if (e.kind() == BackendException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    void remove(String name) throws IOException, InterruptedException {
        backend.remove(new Handle(FileType.LOCK, name));
    }

    private Optional<LockHolder> load(Handle handle, List<Duration> pauses)
            throws IOException, InterruptedException {
        for (int tries = 0; ; tries++) {
            try {
                return loadOnce(handle);
            } catch (RepositoryException e) {
                if (tries == pauses.size()) {
                    throw new RepositoryException(
                            RepositoryException.Kind.LOCKED,
                            handle + " is no readable lock: " + e.getMessage(),
                            "If nobody works with the repository, remove the file.",
                            e);
                }
                Thread.sleep(pauses.get(tries));
            }
        }
    }

    private Optional<LockHolder> loadOnce(Handle handle) throws IOException, InterruptedException {
        try {
            if (backend.size(handle) > FILE_SIZE_MAX) {
                throw RepositoryException.corrupt(handle + " is too large for a lock", null);
            }
            byte[] file = VerifiedLoad.load(backend, handle);
            byte[] json = codec.decode(handle.toString(), file, compresses);
            return Optional.of(LockHolder.read(handle.name(), json));
        } catch (JsonException e) {
            throw RepositoryException.corrupt(handle + " is no JSON of a lock", e);
        } catch (BackendException e) {
            if (e.kind() == BackendException.Kind.NOT_FOUND) {
                return Optional.empty(); // released since it was listed
            }
            throw e;
        }
    }
}
