package dev.holdfast.engine.restorer;

import dev.holdfast.engine.filesystem.FileAccessException;
import dev.holdfast.engine.filesystem.FileTarget;
import dev.holdfast.engine.filesystem.TargetFile;
import dev.holdfast.engine.restorer.RestorePlan.PlannedFile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A file that gets its chunks in any order and its name with the last of them.
///
/// Chunks may be written by several threads; the object's own lock guards its state.
final class WritingFile implements AutoCloseable {
    private enum State {
        WAITING,
        WRITING,
        COMPLETE,
        FAILED
    }

    private final PlannedFile plan;
    private int chunksLeft;
    private State state = State.WAITING;
    private boolean endsInHole;
    private @Nullable TargetFile file;

    WritingFile(PlannedFile plan) {
        this.plan = plan;
        this.chunksLeft = plan.content().size();
    }

    PlannedFile plan() {
        return plan;
    }

    /// Writes one chunk; zeros of some length become holes.
    ///
    /// @param zero whether all of the chunk is zero
    void write(FileTarget target, long position, byte[] bytes, int length, boolean zero)
            throws FileAccessException {
        TargetFile open = open(target);
        if (open == null) {
            return; // failed before
        }
        if (zero && length >= ZeroRuns.HOLE_MIN) {
            noteEnd(position + length);
            return;
        }
        for (int at = 0; at < length; ) {
            int end = ZeroRuns.endOfData(bytes, at, length, position);
            if (end > at) {
                open.write(position + at, bytes, at, end - at);
            }
            at = end < length ? ZeroRuns.endOfZeros(bytes, end, length) : length;
            if (end < at) {
                noteEnd(position + at);
            }
        }
    }

    /// Counts one chunk as written; with the last one the file gets metadata and name.
    ///
    /// @return whether it is complete now
    boolean finishChunk(FileTarget target, Failures failures) throws FileAccessException {
        synchronized (this) {
            chunksLeft--;
            if (chunksLeft > 0 || state == State.FAILED) {
                return false;
            }
        }
        return finish(target, failures);
    }

    /// Gives the file metadata and name.
    private boolean finish(FileTarget target, Failures failures) throws FileAccessException {
        TargetFile open = open(target);
        if (open == null) {
            return false;
        }
        if (endsInHole()) {
            open.resize(plan.size());
        }
        List<String> problems = open.apply(plan.metadata());
        open.commit();
        synchronized (this) {
            state = State.COMPLETE;
        }
        problems.forEach(problem -> failures.add(plan.path(), problem));
        return true;
    }

    /// Makes a file without content.
    boolean writeEmpty(FileTarget target, Failures failures) throws FileAccessException {
        return finish(target, failures);
    }

    /// Gives up this file: what was written is removed.
    ///
    /// @return whether it had not been given up before
    synchronized boolean fail() {
        if (state == State.FAILED || state == State.COMPLETE) {
            return false;
        }
        state = State.FAILED;
        closeFile();
        return true;
    }

    synchronized boolean isComplete() {
        return state == State.COMPLETE;
    }

    /// Removes what is not complete.
    @Override
    public synchronized void close() {
        if (state != State.COMPLETE) {
            state = State.FAILED;
        }
        closeFile();
    }

    private void closeFile() {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private synchronized @Nullable TargetFile open(FileTarget target) throws FileAccessException {
        switch (state) {
            case WAITING -> {
                file = target.createFile(plan.path());
                state = State.WRITING;
            }
            case WRITING, COMPLETE, FAILED -> {}
        }
        return file;
    }

    private synchronized void noteEnd(long position) {
        endsInHole |= position == plan.size();
    }

    private synchronized boolean endsInHole() {
        return endsInHole;
    }
}
