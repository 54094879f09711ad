package dev.holdfast.sftp.ssh;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.ssh.Identities.Candidate;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Explains why nobody could sign in: what was offered, what could not be, what the server takes.
final class Refusal {
    private Refusal() {}

    static BackendException explain(
            HostSettings settings,
            Identities identities,
            Handshake handshake,
            @Nullable Throwable cause) {
        StringBuilder text = new StringBuilder();
        text.append(settings.peer())
                .append(handshake.partial() ? " wants more than an identity from " : " refuses ")
                .append(settings.user())
                .append(": ");
        List<Candidate> offered = handshake.offered();
        text.append(offered.isEmpty() ? "no identity to offer" : "offered ");
        text.append(String.join(", ", offered.stream().map(Candidate::describe).toList()));
        int left = identities.candidates().size() - offered.size();
        if (left > 0) {
            text.append("; not offered: ")
                    .append(left)
                    .append(" more (a server hangs up after ")
                    .append(Handshake.OFFERS_MAX)
                    .append(")");
        }
        Optional<IOException> agentFailure = identities.agentFailure();
        if (agentFailure.isPresent()) {
            text.append("; the ssh-agent at ")
                    .append(settings.agentSocket().map(Object::toString).orElse("?"))
                    .append(" (")
                    .append(settings.agentSource())
                    .append(") does not answer: ")
                    .append(agentFailure.get().getMessage());
        }
        for (String line : identities.unusable()) {
            text.append("; ").append(line);
        }
        if (!handshake.serverMethods().isEmpty()) {
            text.append("; the server accepts ")
                    .append(String.join(", ", handshake.serverMethods()));
        }
        if (!handshake.disconnectText().isEmpty()) {
            text.append("; the server says: ").append(handshake.disconnectText());
        }
        Kind kind;
        String hint;
        if (agentFailure.isPresent()) {
            kind = Kind.SSH_AGENT_UNAVAILABLE;
            hint =
                    "start the ssh-agent and name its socket; a service does not inherit"
                        + " SSH_AUTH_SOCK and may not see /run/user or another account's socket";
        } else if (!identities.encrypted().isEmpty()) {
            kind = Kind.IDENTITY_ENCRYPTED;
            hint = "load it into the ssh-agent: ssh-add " + identities.encrypted().getFirst();
        } else if (!identities.unreadable().isEmpty() && offered.isEmpty()) {
            kind = Kind.IDENTITY_UNREADABLE;
            hint = "make it readable for the agent's account, and for nobody else (chmod 600)";
        } else {
            kind = Kind.AUTHENTICATION_REFUSED;
            hint =
                    "authorize an identity on the server: ssh-copy-id"
                            + (settings.port() == HostSettings.DEFAULT_PORT
                                    ? ""
                                    : " -p " + settings.port())
                            + " "
                            + settings.user()
                            + "@"
                            + settings.hostName();
        }
        return new BackendException(kind, text.toString(), hint, cause);
    }
}
