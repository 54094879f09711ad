package dev.holdfast.daemon.task;

import dev.holdfast.engine.archiver.ArchiveListener;
import dev.holdfast.engine.archiver.ArchiveProgress;
import dev.holdfast.proto.v1.Progress;

import java.util.function.Consumer;

/// What the archiver tells, in the words of the wire.
record BackupProgress(Consumer<Progress> out) implements ArchiveListener {
    @Override
    public void progress(ArchiveProgress progress) {
        Progress.Builder wire =
                Progress.newBuilder()
                        .setPhase(phase(progress.phase()))
                        .setFilesDone(progress.files())
                        .setFilesTotal(progress.filesExpected())
                        .setBytesDone(progress.bytes())
                        .setBytesTotal(progress.bytesExpected())
                        .setErrors(progress.failures());
        if (!progress.current().isEmpty()) wire.addCurrentItems(progress.current());
        out.accept(wire.build());
    }

    private static Progress.Phase phase(ArchiveProgress.Phase phase) {
        return switch (phase) {
            case PREPARING -> Progress.Phase.OPENING;
            case READING -> Progress.Phase.READING;
            case FINISHING -> Progress.Phase.FINISHING;
            case VERIFYING -> Progress.Phase.READING_BACK;
        };
    }
}
