package dev.holdfast.server.rpc;

import dev.holdfast.server.run.Run;
import dev.holdfast.server.run.Runs;

import io.grpc.stub.ServerCallStreamObserver;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// One operator who watches one run. A slow reader misses states in between, never the last one.
final class WatchCall implements Consumer<Run> {
    private final Runs runs;
    private final String runId;
    private final ServerCallStreamObserver<dev.holdfast.proto.v1.Run> out;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Run pending;
    private boolean done;

    private WatchCall(
            Runs runs, String runId, ServerCallStreamObserver<dev.holdfast.proto.v1.Run> out) {
        this.runs = runs;
        this.runId = runId;
        this.out = out;
    }

    static void start(
            Runs runs, String runId, ServerCallStreamObserver<dev.holdfast.proto.v1.Run> out) {
        var call = new WatchCall(runs, runId, out);
        out.setOnCancelHandler(call::abandoned);
        out.setOnReadyHandler(call::drain);
        runs.watch(runId, call);
        if (call.isDone()) {
            runs.unwatch(runId, call);
        }
    }

    @Override
    public void accept(Run run) {
        lock.lock();
        try {
            pending = run;
        } finally {
            lock.unlock();
        }
        drain();
    }

    private void drain() {
        lock.lock();
        try {
            Run next = pending;
            if (done || next == null || !out.isReady()) {
                return;
            }
            pending = null;
            out.onNext(Views.run(next));
            if (next.state().isFinal()) {
                done = true;
                out.onCompleted();
                runs.unwatch(runId, this);
            }
        } finally {
            lock.unlock();
        }
    }

    private void abandoned() {
        lock.lock();
        try {
            done = true;
        } finally {
            lock.unlock();
        }
        runs.unwatch(runId, this);
    }

    private boolean isDone() {
        lock.lock();
        try {
            return done;
        } finally {
            lock.unlock();
        }
    }
}
