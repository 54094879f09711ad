package dev.holdfast.sftp.transfer;

import dev.holdfast.engine.backend.BackendException;
import dev.holdfast.engine.backend.BackendException.Kind;

import org.apache.sshd.common.util.buffer.Buffer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lists many folders at once: all are opened together, then read in rounds with several requests
/// each, then closed together.
final class FolderReader {
    /// Servers hold few open handles; at a round trip of 20 ms, 256 folders take 8 × 4 of them.
    private static final int FOLDERS_AT_ONCE = 32;

    private static final int READS_AT_ONCE = 32;

    /// A listing is held in memory: 10 million names, far beyond any repository.
    private static final int ENTRIES_MAX = 10_000_000;

    private final Exchanges exchanges;
    private final Lookup lookup;
    private int entries;

    FolderReader(Exchanges exchanges, Lookup lookup) {
        this.exchanges = exchanges;
        this.lookup = lookup;
    }

    /// Asks for the attributes of one path.
    interface Lookup {
        Optional<Attributes> find(String path) throws BackendException, InterruptedException;
    }

    List<List<FolderEntry>> list(List<String> folders)
            throws BackendException, InterruptedException {
        List<List<FolderEntry>> lists = new ArrayList<>();
        for (int i = 0; i < folders.size(); i += FOLDERS_AT_ONCE) {
            lists.addAll(
                    listTogether(
                            folders.subList(i, Math.min(i + FOLDERS_AT_ONCE, folders.size()))));
        }
        return lists;
    }

    private List<List<FolderEntry>> listTogether(List<String> folders)
            throws BackendException, InterruptedException {
        List<Folder> open = new ArrayList<>();
        List<List<FolderEntry>> lists = new ArrayList<>();
        try (Exchange exchange = exchanges.start("list", folders.getFirst(), 0)) {
            List<Pending> opening = new ArrayList<>();
            for (String path : folders) {
                opening.add(exchange.submit(Request.of(Protocol.OPENDIR).text(path)));
            }
            exchange.flush();
            BackendException failure = null;
            for (int i = 0; i < folders.size(); i++) {
                List<FolderEntry> list = new ArrayList<>();
                lists.add(list);
                Reply reply = exchange.await(opening.get(i));
                if (reply.type() == Protocol.HANDLE) {
                    open.add(new Folder(folders.get(i), reply.body().getBytes(), list));
                    continue;
                }
                try (Exchange one = exchanges.start("list", folders.get(i), 0)) {
                    BackendException refusal = one.refusal(reply);
                    if (refusal.kind() != Kind.NOT_FOUND && failure == null) {
                        failure = refusal;
                    }
                }
            }
            try {
                if (failure == null) {
                    read(open);
                }
            } catch (BackendException e) {
                failure = e;
            }
            for (Folder folder : open) {
                exchange.submit(Request.of(Protocol.CLOSE).bytes(folder.handle));
            }
            exchange.flush();
            if (failure != null) {
                throw failure;
            }
            return lists;
        }
    }

    private void read(List<Folder> folders) throws BackendException, InterruptedException {
        List<Folder> unfinished = folders;
        while (!unfinished.isEmpty()) {
            int each = Math.max(1, READS_AT_ONCE / unfinished.size());
            List<Folder> next = new ArrayList<>();
            try (Exchange exchange = exchanges.start("list", unfinished.getFirst().path, 0)) {
                List<List<Pending>> asked = new ArrayList<>();
                for (Folder folder : unfinished) {
                    List<Pending> reads = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        reads.add(
                                exchange.submit(Request.of(Protocol.READDIR).bytes(folder.handle)));
                    }
                    asked.add(reads);
                }
                exchange.flush();
                for (int i = 0; i < unfinished.size(); i++) {
                    if (!ended(exchange, unfinished.get(i), asked.get(i))) {
                        next.add(unfinished.get(i));
                    }
                }
            }
            unfinished = next;
        }
    }

    private boolean ended(Exchange exchange, Folder folder, List<Pending> reads)
            throws BackendException, InterruptedException {
        boolean ended = false;
        for (Pending read : reads) {
            Reply reply = exchange.await(read);
            if (reply.type() == Protocol.NAME) {
                add(folder, reply.body());
            } else if (exchange.code(reply) == Protocol.END_OF_FILE) {
                ended = true;
            } else {
                reply.body().rpos(0);
                try (Exchange one = exchanges.start("list", folder.path, 0)) {
                    throw one.refusal(reply);
                }
            }
        }
        return ended;
    }

    private void add(Folder folder, Buffer body) throws BackendException, InterruptedException {
        int count = body.getInt();
        for (int i = 0; i < count; i++) {
            String name = body.getString();
            body.getBytes(); // the line of ls -l, for people
            Attributes attributes = Attributes.read(body);
            if (name.equals(".") || name.equals("..")) {
                continue;
            }
            if (!attributes.isComplete()) {
                Optional<Attributes> asked = lookup.find(folder.path + "/" + name);
                if (asked.isEmpty()) {
                    continue; // gone meanwhile
                }
                attributes = asked.get();
            }
            folder.list.add(new FolderEntry(name, attributes));
            if (++entries > ENTRIES_MAX) {
                throw new BackendException(
                        Kind.OTHER, folder.path + " holds more than " + ENTRIES_MAX + " names");
            }
        }
    }

    /// An open folder and what was read of it.
    private static final class Folder {
        final String path;
        final byte[] handle;
        final List<FolderEntry> list;

        Folder(String path, byte[] handle, List<FolderEntry> list) {
            this.path = path;
            this.handle = handle;
            this.list = list;
        }
    }
}
