package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;

import java.util.List;

/// Does what another one does, but for what a test overrides.
class ForwardingBackend implements Backend {
    private final Backend inner;

    ForwardingBackend(Backend inner) {
        this.inner = inner;
    }

    @Override
    public String location() {
        return inner.location();
    }

    @Override
    public int connections() {
        return inner.connections();
    }

    @Override
    public void create() throws BackendException, InterruptedException {
        inner.create();
    }

    @Override
    public void save(Handle handle, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        inner.save(handle, bytes, offset, length);
    }

    @Override
    public byte[] load(Handle handle) throws BackendException, InterruptedException {
        return inner.load(handle);
    }

    @Override
    public void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        inner.load(handle, position, target, offset, length);
    }

    @Override
    public long size(Handle handle) throws BackendException, InterruptedException {
        return inner.size(handle);
    }

    @Override
    public List<Entry> list(FileType type) throws BackendException, InterruptedException {
        return inner.list(type);
    }

    @Override
    public void remove(Handle handle) throws BackendException, InterruptedException {
        inner.remove(handle);
    }

    @Override
    public boolean durable() {
        return inner.durable();
    }

    @Override
    public void close() {
        inner.close();
    }
}
