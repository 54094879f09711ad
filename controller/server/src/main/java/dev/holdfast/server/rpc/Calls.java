package dev.holdfast.server.rpc;

import dev.holdfast.server.failure.RequestException;

import io.grpc.stub.StreamObserver;

/// How a call with one reply is answered.
final class Calls {
    private Calls() {}

    /// The work of one call.
    @FunctionalInterface
    interface Work<T> {
        T run() throws RequestException;
    }

    static <T> void unary(String method, StreamObserver<T> out, Work<T> work) {
        T reply;
        try {
            reply = work.run();
        } catch (RequestException e) {
            out.onError(Failures.toGrpc(e));
            return;
        } catch (RuntimeException e) {
            out.onError(Failures.internal(method, e));
            return;
        }
        out.onNext(reply);
        out.onCompleted();
    }
}
