package dev.holdfast.sftp.ssh;

import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;

import java.io.IOException;

/// A signed-in SSH connection to a verified server. Safe for use by many threads.
public final class SshConnection implements AutoCloseable {
    private final ClientSession session;
    private final String peer;
    private final String user;
    private final String serverVersion;

    SshConnection(ClientSession session, String peer, String user, String serverVersion) {
        this.session = session;
        this.peer = peer;
        this.user = user;
        this.serverVersion = serverVersion;
    }

    /// For channels.
    public ClientSession session() {
        return session;
    }

    /// Host and port, for messages.
    public String peer() {
        return peer;
    }

    /// Who signed in.
    public String user() {
        return user;
    }

    /// What the server calls itself.
    public String serverVersion() {
        return serverVersion;
    }

    public boolean isOpen() {
        return session.isOpen() && !session.isClosing();
    }

    /// Drops the connection without a word.
    public void abort() {
        session.close(true);
    }

    /// Says goodbye and does not wait for an answer.
    @Override
    public void close() {
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, "done");
        } catch (IOException e) {
            session.close(true); // broken already
        }
    }
}
