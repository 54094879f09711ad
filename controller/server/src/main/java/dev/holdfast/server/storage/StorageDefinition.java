package dev.holdfast.server.storage;

import java.time.Instant;
import java.util.List;

/// A storage as an operator configured it. Exactly one of `passwordFile` and `sealedPassword` is
/// set; the latter can be opened by the agent `sealedFor` alone.
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record StorageDefinition(
        String id,
        String name,
        String location,
        String passwordFile,
        byte[] sealedPassword,
        String sealedFor,
        String sshConfigFile,
        List<String> sshOptions,
        List<String> hostKeys,
        String description,
        Instant createdAt) {
    public StorageDefinition {
        sshOptions = List.copyOf(sshOptions);
        hostKeys = List.copyOf(hostKeys);
    }
}
