package dev.holdfast.sftp.transfer;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.sftp.ssh.SshConnection;

import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An SFTP session: operations on files and folders by path, each blocking until the server
/// answered. Safe for use by many threads, whose requests share the connection. Symbolic links are
/// followed by the server alone, as far as paths given here contain some.
public final class SftpClient implements AutoCloseable {
    /// What any server takes; the protocol asks for no more.
    private static final int CHUNK_DEFAULT = 32 * 1024;

    /// The largest data of one request: 261,120 is OpenSSH's limit, 255,000 measured best.
    private static final int CHUNK_MAX = 255_000;

    private static final int EXTENSIONS_MAX = 100;
    private static final long STATVFS_READ_ONLY = 1;

    private final SshConnection connection;
    private final SftpChannel channel;
    private final TransferLimits limits;
    private final Failures failures;
    private final Map<String, String> extensions;
    private final int readSize;
    private final int writeSize;

    private SftpClient(
            SshConnection connection,
            SftpChannel channel,
            TransferLimits limits,
            Map<String, String> extensions,
            Chunks chunks) {
        this.connection = connection;
        this.channel = channel;
        this.limits = limits;
        this.failures = new Failures(connection.peer(), connection.user());
        this.extensions = extensions;
        this.readSize = chunks.read;
        this.writeSize = chunks.write;
    }

    private record Chunks(int read, int write) {}

    /// Starts the subsystem. The connection is closed with the client, and when this fails.
    public static SftpClient open(SshConnection connection, TransferLimits limits)
            throws BackendException, InterruptedException {
        boolean done = false;
        try {
            SftpClient client = start(connection, limits);
            done = true;
            return client;
        } finally {
            if (!done) {
                connection.abort();
            }
        }
    }

    private static SftpClient start(SshConnection connection, TransferLimits limits)
            throws BackendException, InterruptedException {
        Failures failures = new Failures(connection.peer(), connection.user());
        SftpChannel channel = new SftpChannel(limits.requestTimeout());
        CompletableFuture<Void> opened = new CompletableFuture<>();
        Duration timeout = limits.requestTimeout();
        try (Exchange exchange =
                new Exchange(channel, failures, "start", "the sftp subsystem", timeout)) {
            ClientSession session = connection.session();
            session.getService(ConnectionService.class).registerChannel(channel);
            OpenFuture future = channel.open();
            future.addListener(
                    done -> {
                        Throwable failure = done.getException();
                        if (failure == null) {
                            opened.complete(null);
                        } else {
                            opened.completeExceptionally(failure);
                        }
                    });
            opened.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            Pending hello = exchange.submit(Request.of(Protocol.INIT));
            exchange.flush();
            Map<String, String> extensions =
                    extensions(exchange.body(hello, Protocol.VERSION_REPLY));
            return new SftpClient(
                    connection, channel, limits, extensions, chunks(exchange, extensions));
        } catch (BackendException e) {
            throw notStarted(connection, channel, e);
        } catch (IOException e) {
            throw failures.lost("start", "the sftp subsystem", e);
        } catch (TimeoutException e) {
            throw failures.timeout("start", "the sftp subsystem", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SshChannelOpenException refused) {
                throw new BackendException(
                        Kind.TOO_MANY_CONNECTIONS,
                        connection.peer() + " opens no session: " + refused.getMessage(),
                        "MaxSessions of the server, or an account without sessions",
                        e);
            }
            throw failures.lost("start", "the sftp subsystem", e.getCause());
        }
    }

    private static BackendException notStarted(
            SshConnection connection, SftpChannel channel, BackendException e) {
        Throwable broken = channel.failure();
        if (!channel.refused() && broken == null && channel.getExitStatus() == null) {
            return e;
        }
        String said = channel.errorText().strip();
        String why =
                channel.refused()
                        ? "the subsystem is not offered"
                        : broken != null
                                ? "it answers with something else, " + broken.getMessage()
                                : "its program ended with " + channel.getExitStatus();
        return new BackendException(
                Kind.SUBSYSTEM_REFUSED,
                connection.peer()
                        + " has no SFTP for "
                        + connection.user()
                        + ": "
                        + why
                        + (said.isEmpty() ? "" : "; it says: " + said),
                "set \"Subsystem sftp internal-sftp\" in sshd_config; a shell start file must print"
                        + " nothing",
                e);
    }

    private static Map<String, String> extensions(Buffer body) {
        Map<String, String> extensions = new HashMap<>();
        while (body.available() > 0 && extensions.size() < EXTENSIONS_MAX) {
            extensions.put(body.getString(), body.getString());
        }
        return Map.copyOf(extensions);
    }

    private static Chunks chunks(Exchange exchange, Map<String, String> extensions)
            throws BackendException, InterruptedException {
        if (!extensions.containsKey(Protocol.LIMITS)) {
            return new Chunks(CHUNK_DEFAULT, CHUNK_DEFAULT);
        }
        Pending asked = exchange.submit(Request.extended(Protocol.LIMITS));
        exchange.flush();
        Reply reply = exchange.await(asked);
        if (reply.type() != Protocol.EXTENDED_REPLY) {
            return new Chunks(CHUNK_DEFAULT, CHUNK_DEFAULT);
        }
        Buffer body = reply.body();
        body.getLong(); // packet, which read and write fit into
        return new Chunks(chunk(body.getLong()), chunk(body.getLong()));
    }

    private static int chunk(long offered) {
        return offered <= 0 ? CHUNK_DEFAULT : (int) Math.min(offered, CHUNK_MAX);
    }

    /// Whether written files can be forced to the server's disk.
    public boolean offersFsync() {
        return extensions.containsKey(Protocol.FSYNC);
    }

    /// Whether a rename may replace a file.
    public boolean offersPosixRename() {
        return extensions.containsKey(Protocol.POSIX_RENAME);
    }

    public boolean offersSpace() {
        return extensions.containsKey(Protocol.STATVFS);
    }

    public SshConnection connection() {
        return connection;
    }

    public boolean isOpen() {
        return connection.isOpen() && channel.isOpen() && !channel.isClosing();
    }

    private Exchange exchange(String verb, String path) {
        return exchange(verb, path, 0);
    }

    private Exchange exchange(String verb, String path, long bytes) {
        return new Exchange(channel, failures, verb, path, limits.timeoutFor(bytes));
    }

    /// The absolute path that a path means.
    public String realPath(String path) throws BackendException, InterruptedException {
        try (Exchange exchange = exchange("resolve", path)) {
            Pending asked = exchange.submit(Request.of(Protocol.REALPATH).text(path));
            exchange.flush();
            Buffer body = exchange.body(asked, Protocol.NAME);
            body.getInt();
            return body.getString();
        }
    }

    /// Empty where there is nothing at the path. The last part is not followed if it is a link.
    public Optional<Attributes> find(String path) throws BackendException, InterruptedException {
        return attributes(Protocol.LSTAT, path);
    }

    /// As [#find], of what a link points at.
    public Optional<Attributes> findFollowing(String path)
            throws BackendException, InterruptedException {
        return attributes(Protocol.STAT, path);
    }

    private Optional<Attributes> attributes(int type, String path)
            throws BackendException, InterruptedException {
        try (Exchange exchange = exchange("look at", path)) {
            Pending asked = exchange.submit(Request.of(type).text(path));
            exchange.flush();
            return Optional.of(Attributes.read(exchange.body(asked, Protocol.ATTRS)));
        } catch (BackendException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Makes folders, all requests at once; one that exists is fine, one that cannot be made is the
    /// failure.
    public void makeFolders(List<String> paths, int mode)
            throws BackendException, InterruptedException {
        try (Exchange exchange = exchange("create", paths.isEmpty() ? "" : paths.getFirst())) {
            List<Pending> asked = new ArrayList<>();
            for (String path : paths) {
                asked.add(exchange.submit(Request.of(Protocol.MKDIR).text(path).permissions(mode)));
            }
            exchange.flush();
            for (int i = 0; i < asked.size(); i++) {
                Reply reply = exchange.await(asked.get(i));
                String path = paths.get(i);
                if (exchange.code(reply) != Protocol.OK
                        && findFollowing(path).filter(Attributes::isFolder).isEmpty()) {
                    reply.body().rpos(0);
                    try (Exchange one = exchange("create the folder", path)) {
                        throw one.refusal(reply);
                    }
                }
            }
        }
    }

    /// Removes a file; false where there was none.
    public boolean remove(String path) throws BackendException, InterruptedException {
        return removed(Protocol.REMOVE, path);
    }

    /// Removes an empty folder; false where there was none.
    public boolean removeFolder(String path) throws BackendException, InterruptedException {
        return removed(Protocol.RMDIR, path);
    }

    private boolean removed(int type, String path) throws BackendException, InterruptedException {
        try (Exchange exchange = exchange("remove", path)) {
            Pending asked = exchange.submit(Request.of(type).text(path));
            exchange.flush();
            exchange.ok(asked);
            return true;
        } catch (BackendException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /// Renames; replaces what is there only if [#offersPosixRename].
    public void rename(String from, String to) throws BackendException, InterruptedException {
        try (Exchange exchange = exchange("rename " + from + " to", to)) {
            Request request =
                    offersPosixRename()
                            ? Request.extended(Protocol.POSIX_RENAME)
                            : Request.of(Protocol.RENAME);
            Pending asked = exchange.submit(request.text(from).text(to));
            exchange.flush();
            exchange.ok(asked);
        }
    }

    /// Sets the permissions of a path.
    public void setMode(String path, int mode) throws BackendException, InterruptedException {
        try (Exchange exchange = exchange("change the mode of", path)) {
            Pending asked =
                    exchange.submit(Request.of(Protocol.SETSTAT).text(path).permissions(mode));
            exchange.flush();
            exchange.ok(asked);
        }
    }

    /// Room on the file system of a path; empty where the server does not say.
    public Optional<Space> space(String path) throws BackendException, InterruptedException {
        if (!offersSpace()) {
            return Optional.empty();
        }
        try (Exchange exchange = exchange("ask for the space of", path)) {
            Pending asked = exchange.submit(Request.extended(Protocol.STATVFS).text(path));
            exchange.flush();
            Buffer body = exchange.body(asked, Protocol.EXTENDED_REPLY);
            body.getLong(); // preferred size of a block
            long unit = body.getLong();
            long blocks = body.getLong();
            body.getLong(); // free also for root
            long free = body.getLong();
            long inodes = body.getLong();
            body.getLong(); // free also for root
            long freeInodes = body.getLong();
            body.getLong(); // id
            boolean readOnly = (body.getLong() & STATVFS_READ_ONLY) != 0;
            return Optional.of(new Space(free * unit, blocks * unit, freeInodes, inodes, readOnly));
        }
    }

    /// What lies in each of the folders, in their order; one that is missing is empty. Complete, or
    /// a failure.
    public List<List<FolderEntry>> list(List<String> folders)
            throws BackendException, InterruptedException {
        return new FolderReader(this::exchange, this::find).list(folders);
    }

    /// Reads a whole file.
    ///
    /// @param sizeMax refuses longer ones
    public byte[] read(String path, long sizeMax) throws BackendException, InterruptedException {
        return new FileReader(this::exchange, readSize, limits.requestsInFlight())
                .read(path, sizeMax);
    }

    /// Reads a part of a file.
    ///
    /// @throws BackendException of kind RANGE where the file is shorter
    public void read(String path, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        new FileReader(this::exchange, readSize, limits.requestsInFlight())
                .read(path, position, target, offset, length);
    }

    /// Makes a new file with this content: fails where the path exists, and leaves it with
    /// `finalMode` as far as the server changes modes.
    ///
    /// @param mode while it is written
    /// @param sync forces it to the server's disk, where that is offered
    public void write(
            String path,
            byte[] bytes,
            int offset,
            int length,
            int mode,
            int finalMode,
            boolean sync)
            throws BackendException, InterruptedException {
        new FileWriter(this::exchange, writeSize, limits.requestsInFlight(), sync && offersFsync())
                .write(path, bytes, offset, length, mode, finalMode);
    }

    /// Asks for the removal of a file without waiting for it; for files left by a failure.
    public void removeLater(String path) {
        try (Exchange exchange = exchange("remove", path)) {
            exchange.submit(Request.of(Protocol.REMOVE).text(path));
            exchange.flush();
        } catch (BackendException e) {
            connection.abort(); // nothing can be sent any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
