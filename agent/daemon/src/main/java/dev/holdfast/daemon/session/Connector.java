package dev.holdfast.daemon.session;

import dev.holdfast.daemon.enrollment.ControllerAddress;

import io.grpc.ManagedChannel;

import java.io.IOException;

/// Opens channels to the controller with the identity that is to be used now.
public interface Connector {
    /// A channel; connecting happens with the first call.
    ManagedChannel open() throws IOException;

    ControllerAddress address();

    /// The controller has greeted us over the newest channel.
    void worked() throws IOException;

    /// The newest channel could not be used.
    void failed(Throwable why) throws IOException;

    /// Called now and then while connected; a renewed identity asks for a new channel.
    ///
    /// @return whether to connect again
    boolean maintain(ManagedChannel channel) throws IOException;
}
