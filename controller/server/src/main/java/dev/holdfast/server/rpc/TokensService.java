package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.CreateTokenRequest;
import dev.holdfast.proto.v1.EnrollmentToken;
import dev.holdfast.proto.v1.ListTokensReply;
import dev.holdfast.proto.v1.ListTokensRequest;
import dev.holdfast.proto.v1.RevokeTokenReply;
import dev.holdfast.proto.v1.RevokeTokenRequest;
import dev.holdfast.proto.v1.TokensGrpc;
import dev.holdfast.server.enrollment.Tokens;

import io.grpc.stub.StreamObserver;

import java.time.Duration;

/// Enrollment tokens, for operators.
final class TokensService extends TokensGrpc.TokensImplBase {
    private final Tokens tokens;
    private final String fingerprint;

    TokensService(Tokens tokens, String fingerprint) {
        this.tokens = tokens;
        this.fingerprint = fingerprint;
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<EnrollmentToken> out) {
        Calls.unary(
                "Tokens/CreateToken",
                out,
                () -> {
                    Checks.labels(request.getLabelsMap());
                    Checks.text("host_name", request.getHostName(), 253);
                    var token =
                            tokens.create(
                                    request.getId(),
                                    request.getAuthHash().toByteArray(),
                                    Duration.ofSeconds(request.getTtl().getSeconds()),
                                    Integer.toUnsignedLong(request.getUses()),
                                    request.getLabelsMap(),
                                    request.getHostName());
                    return Views.token(token, fingerprint);
                });
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensReply> out) {
        Calls.unary(
                "Tokens/ListTokens",
                out,
                () -> {
                    var reply = ListTokensReply.newBuilder();
                    tokens.list()
                            .forEach(token -> reply.addTokens(Views.token(token, fingerprint)));
                    return reply.build();
                });
    }

    @Override
    public void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenReply> out) {
        Calls.unary(
                "Tokens/RevokeToken",
                out,
                () -> {
                    tokens.revoke(request.getId());
                    return RevokeTokenReply.getDefaultInstance();
                });
    }
}
