package dev.holdfast.engine.restorer;

/// Is told what a restore does. Called by several threads, though never by two at once.
public interface RestoreListener {
    /// A step begins.
    void phase(RestorePhase phase);

    /// A few times a second.
    void progress(RestoreProgress progress);

    /// An item could not be restored, or not completely.
    void failed(ItemFailure failure);

    /// Listens to nothing.
    static RestoreListener silent() {
        return new RestoreListener() {
            @Override
            public void phase(RestorePhase phase) {}

            @Override
            public void progress(RestoreProgress progress) {}

            @Override
            public void failed(ItemFailure failure) {}
        };
    }
}
