package dev.holdfast.server.rpc;

import dev.holdfast.proto.v1.AgentLinkGrpc;
import dev.holdfast.proto.v1.EnrollmentGrpc;
import dev.holdfast.server.account.Operators;
import dev.holdfast.server.enrollment.AgentTrust;
import dev.holdfast.server.failure.FailureCode;
import dev.holdfast.server.failure.RequestException;
import dev.holdfast.server.fleet.Fleet;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Decides for each call who makes it and whether that caller may. What is not listed is for
/// operators.
final class Gate implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "Bearer ";

    private final Operators operators;
    private final Fleet fleet;
    private final AgentTrust trust;
    private final RateLimit enrollments;

    Gate(Operators operators, Fleet fleet, AgentTrust trust, RateLimit enrollments) {
        this.operators = operators;
        this.fleet = fleet;
        this.trust = trust;
        this.enrollments = enrollments;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Context context;
        try {
            context = admit(method, call, headers);
        } catch (RequestException e) {
            return refuse(call, Failures.toGrpc(e));
        } catch (RuntimeException e) {
            return refuse(call, Failures.internal(method, e));
        }
        return Contexts.interceptCall(context, call, headers, next);
    }

    private Context admit(String method, ServerCall<?, ?> call, Metadata headers)
            throws RequestException {
        String address = address(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        Context context = Context.current().withValue(Caller.ADDRESS, address);
        if (method.equals(EnrollmentGrpc.getEnrollMethod().getFullMethodName())) {
            if (!enrollments.allows(address)) {
                throw RequestException.temporary(
                        FailureCode.TOO_MANY_CONNECTIONS,
                        "too many enrollments from " + address,
                        "wait a minute and try again");
            }
            return context;
        }
        if (method.equals(EnrollmentGrpc.getRenewMethod().getFullMethodName())) {
            return context.withValue(Caller.AGENT_ID, agent(call, true));
        }
        if (method.startsWith(AgentLinkGrpc.SERVICE_NAME + "/")) {
            return context.withValue(Caller.AGENT_ID, agent(call, false));
        }
        if (method.startsWith("grpc.health.v1.") || method.startsWith("grpc.reflection.v1")) {
            return context;
        }
        return context.withValue(Caller.OPERATOR, operator(headers));
    }

    private String agent(ServerCall<?, ?> call, boolean expiredToo) throws RequestException {
        Optional<X509Certificate> certificate =
                certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        Optional<String> id = certificate.flatMap(AgentTrust::agentId);
        if (certificate.isEmpty() || id.isEmpty()) {
            throw RequestException.of(
                    FailureCode.SIGN_IN_NEEDED,
                    "this call needs an agent's certificate",
                    "enroll the host: holdfast-agent enroll");
        }
        if (!expiredToo && trust.isExpired(certificate.get())) {
            throw RequestException.of(
                    FailureCode.CERT_EXPIRED,
                    "the agent's certificate expired at "
                            + certificate.get().getNotAfter().toInstant(),
                    "renew it; the agent does so by itself when it runs");
        }
        return fleet.active(id.get()).id();
    }

    private String operator(Metadata headers) throws RequestException {
        String authorization = headers.get(AUTHORIZATION);
        Optional<String> operator =
                authorization == null || !authorization.startsWith(BEARER)
                        ? Optional.empty()
                        : operators.verify(authorization.substring(BEARER.length()));
        return operator.orElseThrow(
                () ->
                        RequestException.of(
                                FailureCode.SIGN_IN_NEEDED,
                                authorization == null
                                        ? "this call needs an operator's token"
                                        : "the operator's token is not valid",
                                "name the file with your token: holdfast context"));
    }

    private static Optional<X509Certificate> certificate(@Nullable SSLSession session) {
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    private static String address(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress()
                : "local";
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(
            ServerCall<Q, A> call, StatusRuntimeException refused) {
        Metadata trailers = refused.getTrailers();
        Status status = refused.getStatus();
        call.close(status, trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }
}
