package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.json.JsonException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The key files of a repository. A broken one is passed over with a warning: it must not lock out
/// those whose key is sound.
final class Keys {
    /// Key files that are tried; each takes about a tenth of a second.
    private static final int TRIES_MAX = 20;

    private static final int FILE_SIZE_MAX = 1 << 16;

    private final Backend backend;
    private final RepositoryContext context;

    /// A master key and the key file it came from.
    record Opened(MasterKey master, String name, List<String> warnings) {}

    Keys(Backend backend, RepositoryContext context) {
        this.backend = backend;
        this.context = context;
    }

    /// Stores a key file and returns its name.
    String add(MasterKey master, Secret password, ScryptParameters scrypt)
            throws IOException, InterruptedException {
        byte[] json = KeyFile.write(master, password, scrypt, context);
        String name = new Hasher().hash(json, 0, json.length).toString();
        backend.save(new Handle(FileType.KEY, name), json, 0, json.length);
        return name;
    }

    /// Finds the key file that opens with the password.
    Opened open(Secret password) throws IOException, InterruptedException {
        List<Backend.Entry> files = new ArrayList<>(backend.list(FileType.KEY));
        files.sort(Comparator.comparing(file -> file.handle().name()));
        List<String> warnings = new ArrayList<>();
        int tries = 0;
        for (Backend.Entry file : files) {
            if (tries == TRIES_MAX) {
                warnings.add("only " + TRIES_MAX + " of " + files.size() + " key files were tried");
                break;
            }
            Optional<MasterKey> master = tryOpen(file, password, warnings);
            if (master.isPresent()) {
                return new Opened(master.get(), file.handle().name(), List.copyOf(warnings));
            }
            tries++;
        }
        String broken = warnings.isEmpty() ? "" : " (" + String.join("; ", warnings) + ")";
        throw new RepositoryException(
                RepositoryException.Kind.WRONG_PASSWORD,
                files.isEmpty()
                        ? "the repository at " + backend.location() + " has no key file"
                        : "the password opens no key of the repository at "
                                + backend.location()
                                + broken,
                files.isEmpty()
                        ? "Without a key file nobody can read the repository: look for a copy."
                        : "Check the password and that this is the right repository.");
    }

    private Optional<MasterKey> tryOpen(Backend.Entry file, Secret password, List<String> warnings)
            throws IOException, InterruptedException {
        try {
            if (file.size() > FILE_SIZE_MAX) {
                warnings.add(file.handle() + " is too large for a key file: " + file.size());
                return Optional.empty();
            }
            byte[] json = VerifiedLoad.load(backend, file.handle());
            return KeyFile.read(json).open(password, context);
        } catch (JsonException e) {
            warnings.add(file.handle() + " is no valid key file: " + e.getMessage());
        } catch (RepositoryException e) {
            warnings.add(e.getMessage());
        } catch (BackendException e) {
            if (e.kind() != BackendException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        return Optional.empty();
    }
}
