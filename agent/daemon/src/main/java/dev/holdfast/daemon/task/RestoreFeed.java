package dev.holdfast.daemon.task;

import dev.holdfast.engine.restorer.ItemFailure;
import dev.holdfast.engine.restorer.RestoreListener;
import dev.holdfast.engine.restorer.RestorePhase;
import dev.holdfast.engine.restorer.RestoreProgress;
import dev.holdfast.proto.v1.Progress;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// What the restorer tells, in the words of the wire.
final class RestoreFeed implements RestoreListener {
    private final Consumer<Progress> out;
    private final AtomicLong errors = new AtomicLong();

    RestoreFeed(Consumer<Progress> out) {
        this.out = out;
    }

    @Override
    public void phase(RestorePhase phase) {
        // the first progress of the phase says it with its numbers
    }

    @Override
    public void progress(RestoreProgress progress) {
        out.accept(
                Progress.newBuilder()
                        .setPhase(wire(progress.phase()))
                        .setFilesDone(progress.filesDone())
                        .setFilesTotal(progress.filesTotal())
                        .setBytesDone(progress.bytesDone())
                        .setBytesTotal(progress.bytesTotal())
                        .setErrors(errors.get())
                        .addAllCurrentItems(progress.currentItems())
                        .build());
    }

    @Override
    public void failed(ItemFailure failure) {
        errors.incrementAndGet();
    }

    private static Progress.Phase wire(RestorePhase phase) {
        return switch (phase) {
            case PLAN -> Progress.Phase.OPENING;
            case DIRECTORIES, COMPARE, CONTENT, LINKS, METADATA -> Progress.Phase.RESTORING;
            case VERIFY -> Progress.Phase.VERIFYING;
        };
    }
}
