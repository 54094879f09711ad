package dev.holdfast.engine.repository;

import dev.holdfast.engine.backend.Backend;
import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.FileType;
import dev.holdfast.engine.backend.Handle;
import dev.holdfast.engine.chunker.Polynomial;
import dev.holdfast.engine.crypto.Hasher;
import dev.holdfast.engine.crypto.MasterKey;
import dev.holdfast.engine.crypto.ScryptParameters;
import dev.holdfast.engine.crypto.Secret;
import dev.holdfast.engine.id.SnapshotId;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// An open repository: whole files, keys and locks. Safe for use by many threads.
///
/// While it holds a lock, nothing is written or removed through it once that lock is lost.
public final class Repository implements AutoCloseable {
    private static final Duration LOCK_RETRY_MIN = Duration.ofSeconds(5);
    private static final Duration LOCK_RETRY_MAX = Duration.ofSeconds(60);

    private final Backend backend;
    private final RepositoryContext context;
    private final Config config;
    private final Keys.Opened key;
    private final UnpackedCodec codec;
    private final LockTiming lockTiming;
    private final Set<RepositoryLock> locks = ConcurrentHashMap.newKeySet();
    private final Queue<BlobDecoder> decoders = new ConcurrentLinkedQueue<>();

    private Repository(
            Backend backend,
            RepositoryContext context,
            Config config,
            Keys.Opened key,
            LockTiming lockTiming) {
        this.backend = backend;
        this.context = context;
        this.config = config;
        this.key = key;
        this.codec = new UnpackedCodec(key.master(), context.random());
        this.lockTiming = lockTiming;
    }

    /// Makes a new repository with one key and opens it.
    ///
    /// @throws RepositoryException of kind EXISTS where there is one
    public static Repository init(
            Backend backend, Secret password, RepositoryOptions options, RepositoryContext context)
            throws IOException, InterruptedException {
        throwIfExists(backend);
        backend.create();
        byte[] id = new byte[32];
        context.random().nextBytes(id);
        Polynomial polynomial =
                options.polynomial().orElseGet(() -> Polynomial.random(context.random()));
        Config config = new Config(options.version(), HexFormat.of().formatHex(id), polynomial);
        MasterKey master = MasterKey.random(context.random());
        String keyName = new Keys(backend, context).add(master, password, options.scrypt());
        byte[] sealed = new UnpackedCodec(master, context.random()).seal(ConfigJson.write(config));
        try {
            backend.save(Handle.CONFIG, sealed, 0, sealed.length);
        } catch (BackendException e) {
            // A key without a config would be in the way of the next try.
            try {
                backend.remove(new Handle(FileType.KEY, keyName));
            } catch (BackendException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
        return open(backend, password, context);
    }

    /// Opens a repository.
    ///
    /// @throws RepositoryException of kind MISSING where there is none, WRONG_PASSWORD where no key
    ///   file opens with the password
    public static Repository open(Backend backend, Secret password, RepositoryContext context)
            throws IOException, InterruptedException {
        return open(backend, password, context, LockTiming.DEFAULT);
    }

    static Repository open(
            Backend backend, Secret password, RepositoryContext context, LockTiming lockTiming)
            throws IOException, InterruptedException {
        byte[] sealed = loadConfig(backend);
        Keys.Opened key = new Keys(backend, context).open(password);
        byte[] json = new UnpackedCodec(key.master(), context.random()).open("the config", sealed);
        return new Repository(backend, context, ConfigJson.read(json), key, lockTiming);
    }

    public Config config() {
        return config;
    }

    public Backend backend() {
        return backend;
    }

    /// Name of the key file that the password opened.
    public String keyName() {
        return key.name();
    }

    /// Things a person should know that did not stop the opening, as key files that are broken.
    public List<String> warnings() {
        return key.warnings();
    }

    /// Adds a key file for a further password and returns its name.
    public String addKey(Secret password, ScryptParameters scrypt)
            throws IOException, InterruptedException {
        throwIfLockLost();
        return new Keys(backend, context).add(key.master(), password, scrypt);
    }

    /// Names of all files of a type, sorted.
    public List<String> listNames(FileType type) throws IOException, InterruptedException {
        return backend.list(type).stream().map(file -> file.handle().name()).sorted().toList();
    }

    /// Ids of all snapshots, sorted.
    public List<SnapshotId> snapshotIds() throws IOException, InterruptedException {
        return listNames(FileType.SNAPSHOT).stream().map(SnapshotId::parse).toList();
    }

    /// The JSON in a snapshot, index or lock file: hash of the name verified, decrypted,
    /// decompressed.
    ///
    /// @throws RepositoryException of kind CORRUPT where any of this fails, NOT_FOUND where there
    ///   is no such file
    public byte[] loadUnpacked(FileType type, String name)
            throws IOException, InterruptedException {
        Handle handle = unpacked(type, name);
        try {
            byte[] file = VerifiedLoad.load(backend, handle);
            return codec.decode(handle.toString(), file, config.compresses());
        } catch (BackendException e) {
            if (e.kind() != BackendException.Kind.NOT_FOUND) {
                throw e;
            }
            throw new RepositoryException(
                    RepositoryException.Kind.NOT_FOUND,
                    "the repository has no " + handle,
                    "List what there is.",
                    e);
        }
    }

    /// Stores JSON as a snapshot, index or lock file and returns its name.
    public String saveUnpacked(FileType type, byte[] json)
            throws IOException, InterruptedException {
        throwIfLockLost();
        byte[] file = codec.encode("a file of " + type.folder(), json, config.compresses());
        String name = new Hasher().hash(file, 0, file.length).toString();
        backend.save(unpacked(type, name), file, 0, file.length);
        return name;
    }

    /// Removes a file; one that is not there is fine.
    public void remove(FileType type, String name) throws IOException, InterruptedException {
        throwIfLockLost();
        backend.remove(new Handle(type, name));
    }

    /// Takes a lock, trying again for as long as `retry` says.
    ///
    /// @throws RepositoryException of kind LOCKED where another lock is in the way
    public RepositoryLock lock(RepositoryLock.Mode mode, Duration retry)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Duration pause = LOCK_RETRY_MIN.compareTo(retry) < 0 ? LOCK_RETRY_MIN : retry;
        while (true) {
            try {
                RepositoryLock lock =
                        RepositoryLock.acquire(
                                lockFiles(), context, lockTiming, mode, locks::remove);
                locks.add(lock);
                return lock;
            } catch (RepositoryException e) {
                Duration left = retry.minusNanos(System.nanoTime() - start);
                if (e.kind() != RepositoryException.Kind.LOCKED || !left.isPositive()) {
                    throw e;
                }
                Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LOCK_RETRY_MAX) < 0 ? doubled : LOCK_RETRY_MAX;
            }
        }
    }

    /// Who holds locks now; files that are no locks are left out.
    public List<LockHolder> lockHolders() throws IOException, InterruptedException {
        return lockFiles().load(Set.of(), List.of());
    }

    /// Loads all index files. List the snapshots first: what they need is then in the index.
    ///
    /// @throws RepositoryException of kind CORRUPT where one of them is damaged
    public IndexedRepository index() throws IOException, InterruptedException {
        return new IndexedRepository(this, IndexLoad.load(this));
    }

    /// Closes the backend.
    @Override
    public void close() {
        List.copyOf(locks).forEach(RepositoryLock::close);
        for (BlobDecoder decoder = decoders.poll(); decoder != null; decoder = decoders.poll()) {
            decoder.close();
        }
        backend.close();
    }

    MasterKey masterKey() {
        return key.master();
    }

    RepositoryContext context() {
        return context;
    }

    /// Fails where a lock that was taken here is lost: then nothing may be written any more.
    void throwIfLockLost() throws RepositoryException, InterruptedException {
        for (RepositoryLock lock : locks) {
            lock.throwIfLost();
        }
    }

    BlobDecoder newDecoder() {
        return new BlobDecoder(key.master(), context.random());
    }

    /// A decoder out of those that lie ready, which are as many as were ever used at once.
    BlobDecoder borrowDecoder() {
        BlobDecoder ready = decoders.poll();
        return ready == null ? newDecoder() : ready;
    }

    void giveBack(BlobDecoder decoder) {
        decoders.add(decoder);
    }

    private LockFiles lockFiles() {
        return new LockFiles(backend, codec, config.compresses());
    }

    private static Handle unpacked(FileType type, String name) {
        return switch (type) {
            case LOCK, SNAPSHOT, INDEX -> new Handle(type, name);
            case CONFIG, KEY, PACK ->
                    throw new IllegalArgumentException("files of type " + type + " differ");
        };
    }

    private static byte[] loadConfig(Backend backend) throws IOException, InterruptedException {
        try {
            return backend.load(Handle.CONFIG);
        } catch (BackendException e) {
            if (e.kind() != BackendException.Kind.NOT_FOUND) {
                throw e;
            }
            throw new RepositoryException(
                    RepositoryException.Kind.MISSING,
                    "there is no repository at " + backend.location(),
                    "Check the path, or make a repository there first.",
                    e);
        }
    }

    private static void throwIfExists(Backend backend) throws IOException, InterruptedException {
        for (FileType type : List.of(FileType.CONFIG, FileType.KEY, FileType.SNAPSHOT)) {
            if (hasFiles(backend, type)) {
                throw new RepositoryException(
                        RepositoryException.Kind.EXISTS,
                        "there is a repository at " + backend.location() + " already",
                        "Open it, or choose another path.");
            }
        }
    }

    private static boolean hasFiles(Backend backend, FileType type)
            throws IOException, InterruptedException {
        try {
            return !backend.list(type).isEmpty();
        } catch (BackendException e) {
            if (e.kind() == BackendException.Kind.PATH_MISSING) {
                return false; // made soon
            }
            throw e;
        }
    }
}
