package dev.holdfast.cli.rpc;

import dev.holdfast.cli.context.Context;
import dev.holdfast.cli.context.Trust;
import dev.holdfast.cli.failure.CommandFailure;
import dev.holdfast.proto.v1.Failure;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Connects over TLS to a controller whose CA is pinned, and signs in with the token in the
/// context's file.
public final class TlsConnector implements Connector {
    private static final int MAX_MESSAGE = 16 << 20;
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    @Override
    public Controller connect(Context context) throws CommandFailure {
        String token = token(context.tokenFile());
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
        try {
            switch (context.trust()) {
                case Trust.CaFile(Path file) -> tls.trustManager(file.toFile());
                case Trust.Fingerprint(String text) -> tls.trustManager(new PinnedCa(text));
            }
        } catch (IOException e) {
            throw CommandFailure.of(
                    Failure.Code.INVALID_ARGUMENT,
                    "cannot read the controller's CA of " + context.trust(),
                    "the controller wrote it at its first start (PEM); or pin its fingerprint with"
                            + " --ca-fingerprint",
                    e);
        }
        ManagedChannel channel =
                Grpc.newChannelBuilderForAddress(
                                context.server().host(), context.server().port(), tls.build())
                        .keepAliveTime(6, TimeUnit.MINUTES)
                        .maxInboundMessageSize(MAX_MESSAGE)
                        .build();
        return new Controller(channel, token, context.server().toString());
    }

    private static String token(Path file) throws CommandFailure {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (IOException e) {
            throw CommandFailure.of(
                    Failure.Code.SIGN_IN_NEEDED,
                    "cannot read the operator token in " + file,
                    "name the file with --token-file, HOLDFAST_TOKEN_FILE or  holdfast context set",
                    e);
        }
        if (!TOKEN.matcher(text).matches()) {
            throw CommandFailure.of(
                    Failure.Code.SIGN_IN_NEEDED,
                    "the file " + file + " does not hold an operator token",
                    "it holds one line, hfo_<id>_<secret>");
        }
        return text;
    }
}
