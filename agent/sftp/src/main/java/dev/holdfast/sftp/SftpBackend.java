package dev.holdfast.sftp;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.id.Sha256;
import dev.holdfast.sftp.ssh.SshConnector;
import dev.holdfast.sftp.transfer.Attributes;
import dev.holdfast.sftp.transfer.FolderEntry;
import dev.holdfast.sftp.transfer.SftpClient;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A repository on an SFTP server, over a small pool of connections. Safe for use by many threads.
///
/// Dropped connections are made anew inside an operation, within the budget of [SftpTuning]; what
/// an operation does when it runs again is said at each.
public final class SftpBackend implements Backend {
    private static final int FOLDER_COUNT = 256;

    /// The largest file that is read whole: indexes stay far below.
    private static final long WHOLE_FILE_MAX = 512L << 20;

    private final SftpLocation location;
    private final SftpTuning tuning;
    private final ConnectionPool pool;
    private final RemoteModes modes;
    private final boolean durable;
    private final Upload upload;

    private SftpBackend(
            SftpLocation location,
            SftpTuning tuning,
            ConnectionPool pool,
            RemoteModes modes,
            boolean durable) {
        this.location = location;
        this.tuning = tuning;
        this.pool = pool;
        this.modes = modes;
        this.durable = durable;
        this.upload = new Upload(pool, location.path(), modes, new SecureRandom());
    }

    /// Connects, verifies the host key, signs in and resolves the path. The folder need not exist.
    /// Nothing is retried.
    public static SftpBackend open(SftpLocation location, SshOptions options, SftpTuning tuning)
            throws BackendException, InterruptedException {
        SshConnector connector = SshConnector.of(options.target(location));
        ConnectionPool pool = new ConnectionPool(connector, tuning, new SecureRandom());
        boolean done = false;
        try {
            SftpClient client = pool.first();
            SftpLocation resolved = location.withPath(resolve(client, location.path()));
            RemoteModes modes =
                    client.findFollowing(join(resolved.path(), Handle.CONFIG.path()))
                            .map(RemoteModes::like)
                            .orElse(RemoteModes.PRIVATE);
            SftpBackend backend =
                    new SftpBackend(resolved, tuning, pool, modes, client.offersFsync());
            done = true;
            return backend;
        } finally {
            if (!done) {
                pool.close();
            }
        }
    }

    static String resolve(SftpClient client, String path)
            throws BackendException, InterruptedException {
        if (path.startsWith("/")) {
            return path;
        }
        String login = client.realPath(".");
        return path.equals(".") ? login : join(login, path);
    }

    static String join(String folder, String name) {
        return folder.endsWith("/") ? folder + name : folder + "/" + name;
    }

    /// The absolute path on the server.
    public String resolvedPath() {
        return location.path();
    }

    /// With the absolute path.
    @Override
    public String location() {
        return location.toString();
    }

    @Override
    public int connections() {
        return tuning.connectionsMax();
    }

    private String path(Handle handle) {
        return join(location.path(), handle.path());
    }

    private static Lane lane(FileType type) {
        return switch (type) {
            case PACK, INDEX -> Lane.BULK;
            case CONFIG, KEY, LOCK, SNAPSHOT -> Lane.CONTROL;
        };
    }

    /// Running again makes what is still missing.
    @Override
    public void create() throws BackendException, InterruptedException {
        pool.run(
                Lane.CONTROL,
                (client, _) -> {
                    makeWithParents(client, location.path());
                    List<String> folders = new ArrayList<>();
                    List<String> packs = new ArrayList<>();
                    for (FileType type : FileType.values()) {
                        if (!type.folder().isEmpty()) {
                            folders.add(join(location.path(), type.folder()));
                        }
                    }
                    for (int i = 0; i < FOLDER_COUNT; i++) {
                        packs.add(packFolder(i));
                    }
                    client.makeFolders(folders, modes.folder());
                    client.makeFolders(packs, modes.folder());
                    return true;
                });
    }

    private String packFolder(int number) {
        return join(location.path(), FileType.PACK.folder() + String.format("/%02x", number));
    }

    private void makeWithParents(SftpClient client, String path)
            throws BackendException, InterruptedException {
        Optional<Attributes> there = client.findFollowing(path);
        if (there.isPresent()) {
            if (!there.get().isFolder()) {
                throw new BackendException(
                        Kind.PATH_MISSING,
                        path + " on " + client.connection().peer() + " is no folder");
            }
            return;
        }
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            makeWithParents(client, path.substring(0, slash));
        }
        try {
            client.makeFolders(List.of(path), modes.folder());
        } catch (BackendException e) {
            throw upload.explained(client, e, path, 0);
        }
    }

    /// Running again writes under a new temporary name, unless the file has arrived after all.
    @Override
    public void save(Handle handle, byte[] bytes, int offset, int length)
            throws BackendException, InterruptedException {
        upload.save(lane(handle.type()), handle, bytes, offset, length);
    }

    @Override
    public byte[] load(Handle handle) throws BackendException, InterruptedException {
        String path = path(handle);
        return pool.run(lane(handle.type()), (client, _) -> client.read(path, WHOLE_FILE_MAX));
    }

    @Override
    public void load(Handle handle, long position, byte[] target, int offset, int length)
            throws BackendException, InterruptedException {
        String path = path(handle);
        pool.run(
                lane(handle.type()),
                (client, _) -> {
                    client.read(path, position, target, offset, length);
                    return true;
                });
    }

    @Override
    public long size(Handle handle) throws BackendException, InterruptedException {
        String path = path(handle);
        Optional<Attributes> found =
                pool.run(Lane.CONTROL, (client, _) -> client.findFollowing(path));
        return found.map(Attributes::size)
                .orElseThrow(() -> new BackendException(Kind.NOT_FOUND, path + " does not exist"));
    }

    @Override
    public List<Entry> list(FileType type) throws BackendException, InterruptedException {
        if (type == FileType.CONFIG) {
            String path = path(Handle.CONFIG);
            Optional<Attributes> found =
                    pool.run(Lane.CONTROL, (client, _) -> client.findFollowing(path));
            return found.map(attributes -> List.of(new Entry(Handle.CONFIG, attributes.size())))
                    .orElse(List.of());
        }
        List<String> folders = new ArrayList<>();
        if (type == FileType.PACK) {
            for (int i = 0; i < FOLDER_COUNT; i++) {
                folders.add(packFolder(i));
            }
        } else {
            folders.add(join(location.path(), type.folder()));
        }
        List<List<FolderEntry>> lists = pool.run(Lane.CONTROL, (client, _) -> client.list(folders));
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            for (FolderEntry entry : lists.get(i)) {
                String name = entry.name();
                if (Sha256.isHex(name) && entry.attributes().isFile()) {
                    Handle handle = new Handle(type, name);
                    boolean inPlace = path(handle).equals(join(folders.get(i), name));
                    if (inPlace) {
                        entries.add(new Entry(handle, entry.attributes().size()));
                    }
                }
            }
        }
        return entries;
    }

    /// Running again finds the file gone, which is as good. Servers on Windows remove no file that
    /// is read-only.
    @Override
    public void remove(Handle handle) throws BackendException, InterruptedException {
        String path = path(handle);
        pool.run(
                Lane.CONTROL,
                (client, _) -> {
                    try {
                        return client.remove(path);
                    } catch (BackendException e) {
                        if (e.kind() != Kind.PERMISSION_DENIED) {
                            throw e;
                        }
                        return removeReadOnly(client, path, e);
                    }
                });
    }

    private boolean removeReadOnly(SftpClient client, String path, BackendException first)
            throws BackendException, InterruptedException {
        try {
            client.setMode(path, modes.fresh());
            return client.remove(path);
        } catch (BackendException e) {
            if (e.retryable()) {
                throw e;
            }
            first.addSuppressed(e);
            throw first;
        }
    }

    @Override
    public boolean durable() {
        return durable;
    }

    /// How many connections are open now.
    int openConnections() {
        return pool.open();
    }

    @Override
    public void close() {
        upload.close();
        pool.close();
    }
}
