package dev.holdfast.engine.backend;

import java.util.List;

class MemoryBackendTest extends BackendContract {
    private final MemoryBackend backend = new MemoryBackend();

    @Override
    protected Backend backend() {
        return backend;
    }

    @Override
    protected void plant(String path, byte[] content) {
        backend.files().put(path, content);
    }

    @Override
    protected void removeFolder(String path) {
        backend.files().keySet().removeIf(file -> file.startsWith(path + "/"));
    }

    @Override
    protected List<String> names(String folder) {
        return backend.files().keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .map(path -> path.substring(folder.length() + 1))
                .toList();
    }
}
