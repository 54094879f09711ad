package dev.holdfast.server.storage;

import dev.holdfast.server.database.Database;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;

import org.jdbi.v3.core.JdbiException;

import java.util.List;
import java.util.Optional;

/// The configured storages. Thread-safe.
public final class Storages {
    private final Database database;
    private final StorageStore store = new StorageStore();

    public Storages(Database database) {
        this.database = database;
    }

    public StorageDefinition create(StorageDefinition storage) throws RequestException {
        StorageRules.check(storage);
        try {
            database.write(
                    handle -> {
                        store.insert(handle, storage);
                        return true;
                    });
        } catch (JdbiException e) {
            if (Database.isUniqueViolation(e)) {
                throw RequestException.of(
                        FailureCode.CONFLICT,
                        "there is already a storage " + storage.name(),
                        "choose another name, or delete the other: holdfast storage delete "
                                + storage.name());
            }
            throw e;
        }
        return storage;
    }

    /// By name, id, or unique prefix of the id.
    public StorageDefinition get(String nameOrId) throws RequestException {
        if (nameOrId.isEmpty()) {
            throw RequestException.invalid("storage", "is missing");
        }
        List<StorageDefinition> found =
                database.read(
                        handle -> {
                            Optional<StorageDefinition> named = store.findByName(handle, nameOrId);
                            return named.isPresent()
                                    ? List.of(named.get())
                                    : store.findByPrefix(handle, nameOrId);
                        });
        if (found.isEmpty()) {
            throw RequestException.of(
                    FailureCode.NOT_FOUND,
                    "no storage " + nameOrId,
                    "list them: holdfast storage list");
        }
        if (found.size() > 1) {
            throw RequestException.of(
                    FailureCode.CONFLICT,
                    "several storages have an id that begins with " + nameOrId,
                    "give more of the id");
        }
        return found.getFirst();
    }

    public List<StorageDefinition> list() {
        return database.read(store::list);
    }

    /// Forgets how to reach the storage; nothing at its location is touched.
    public void delete(StorageDefinition storage) {
        database.write(
                handle -> {
                    store.delete(handle, storage.id());
                    return true;
                });
    }
}
