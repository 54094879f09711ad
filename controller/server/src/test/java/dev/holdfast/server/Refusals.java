package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.proto.v1.Failure;

import io.grpc.StatusRuntimeException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What a refused call must look like.
final class Refusals {
    private Refusals() {}

    /// The call fails with this code; its failure has a message and a hint.
    static Failure refused(Failure.Code code, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
        Failure failure = TestController.failure((StatusRuntimeException) thrown);
        assertThat(failure.getCode()).as(failure.toString()).isEqualTo(code);
        assertThat(failure.getMessage()).isNotEmpty();
        assertThat(failure.getHint()).isNotEmpty();
        return failure;
    }
}
