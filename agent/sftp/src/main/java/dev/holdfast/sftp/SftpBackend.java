package dev.holdfast.sftp;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;

import java.util.List;

/// A repository on an SFTP server. Safe for use by many threads.
public final class SftpBackend implements Backend {
    private final SftpLocation location;
    private final SftpTuning tuning;

    private SftpBackend(SftpLocation location, SftpTuning tuning) {
        this.location = location;
        this.tuning = tuning;
    }

    /// Connects, verifies the host key, signs in and resolves the path. The folder need not exist.
    public static SftpBackend open(SftpLocation location, SshOptions options, SftpTuning tuning)
            throws BackendException, InterruptedException {
        SftpBackend backend = new SftpBackend(location, tuning);
        backend.create();
        return backend;
    }

    private static BackendException missing() {
        return new BackendException(BackendException.Kind.OTHER, "not implemented yet");
    }

    /// The absolute path on the server.
    public String resolvedPath() {
        return location.path();
    }

    @Override
    public String location() {
        return location.toString();
    }

    @Override
    public int connections() {
        return tuning.connectionsMax();
    }

    @Override
    public void create() throws BackendException {
        throw missing();
    }

    @Override
    public void save(Handle handle, byte[] bytes, int offset, int length) throws BackendException {
        throw missing();
    }

    @Override
    public byte[] load(Handle handle) throws BackendException {
        throw missing();
    }

    @Override
    public void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException {
        throw missing();
    }

    @Override
    public long size(Handle handle) throws BackendException {
        throw missing();
    }

    @Override
    public List<Entry> list(FileType type) throws BackendException {
        throw missing();
    }

    @Override
    public void remove(Handle handle) throws BackendException {
        throw missing();
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public void close() {}
}
