package dev.holdfast.cli.rpc;

import dev.holdfast.cli.failure.CommandFailure;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;

import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A controller as its operator's client sees it. One command, one connection; close it at the end.
public final class Controller implements AutoCloseable {
    private static final long ANSWER_SECONDS = 60;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel connection;
    private final Channel channel;
    private final String address;

    public Controller(ManagedChannel connection, String token, String address) {
        this.connection = connection;
        this.channel = ClientInterceptors.intercept(connection, new SignedIn(token));
        this.address = address;
    }

    /// `HOST:PORT`, to be shown.
    public String address() {
        return address;
    }

    /// One call, one answer.
    public <R> R ask(Function<Channel, R> call) throws CommandFailure {
        try {
            return call.apply(channel);
        } catch (StatusRuntimeException e) {
            throw StatusFailure.of(e, address);
        }
    }

    /// One call, answers as they come.
    public <R> void stream(Function<Channel, Iterator<R>> call, Receiver<R> receiver)
            throws CommandFailure {
        try {
            Iterator<R> answers = call.apply(channel);
            while (answers.hasNext()) {
                receiver.receive(answers.next());
            }
        } catch (StatusRuntimeException e) {
            throw StatusFailure.of(e, address);
        }
    }

    @Override
    public void close() {
        connection.shutdownNow();
    }

    /// Takes the answers of a stream.
    @FunctionalInterface
    public interface Receiver<R> {
        void receive(R answer) throws CommandFailure;
    }

    /// Adds the token to each call, and a limit to each call that has one answer.
    private record SignedIn(String token) implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(
                MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            boolean single =
                    method.getType() == MethodDescriptor.MethodType.UNARY
                            && options.getDeadline() == null;
            CallOptions limited =
                    single ? options.withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS) : options;
            return new SimpleForwardingClientCall<>(next.newCall(method, limited)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    headers.put(AUTHORIZATION, "Bearer " + token);
                    super.start(listener, headers);
                }
            };
        }

        @Override
        public String toString() {
            return "SignedIn[***]";
        }
    }
}
