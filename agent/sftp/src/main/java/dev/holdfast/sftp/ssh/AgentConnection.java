package dev.holdfast.sftp.ssh;

import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// A talk with the host's ssh-agent over its Unix-domain socket. The identities stay in the
/// ssh-agent: it only lists them and signs.
final class AgentConnection extends AbstractAgentProxy {
    /// OpenSSH's agent refuses longer frames itself.
    private static final int FRAME_MAX = 256 * 1024;

    private final SocketChannel channel;

    private AgentConnection(SocketChannel channel) {
        super((@Nullable CloseableExecutorService) null);
        this.channel = channel;
    }

    static AgentConnection open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new AgentConnection(channel);
    }

    @Override
    protected synchronized Buffer request(Buffer buffer) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
        while (out.hasRemaining()) {
            channel.write(out);
        }
        ByteBuffer head = ByteBuffer.allocate(Integer.BYTES);
        readFully(head);
        int length = head.flip().getInt();
        if (length < 1 || length > FRAME_MAX) {
            throw new IOException("the ssh-agent answered with a frame of " + length + " bytes");
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        readFully(body);
        return new ByteArrayBuffer(body.array());
    }

    private void readFully(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("the ssh-agent closed its socket");
            }
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        super.close();
    }
}
