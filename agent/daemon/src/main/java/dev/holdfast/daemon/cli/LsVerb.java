package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.failure.ExitCode;
import dev.holdfast.engine.json.JsonWriter;
import dev.holdfast.engine.repository.Repository;
import dev.holdfast.engine.snapshot.FileMode;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;
import dev.holdfast.engine.snapshot.SnapshotFile;
import dev.holdfast.engine.snapshot.Snapshots;
import dev.holdfast.engine.snapshot.TreeLoader;
import dev.holdfast.engine.snapshot.TreeWalk;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `repo ls`.
@Command(name = "ls", description = "Lists the files of a snapshot.")
final class LsVerb extends RepoVerb {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Parameters(index = "0", paramLabel = "ID", description = "id, its beginning, or latest")
    private String id = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH",
            description = "only these, and what lies directly in them")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = {"-l", "--long"},
            description = "with mode, owner, size and time")
    private boolean isLong;

    @Option(names = "--recursive", description = "with all that lies below the paths")
    private boolean recursive;

    @Mixin private SnapshotFilterOptions filter = new SnapshotFilterOptions();

    @Override
    ExitCode run() throws IOException, InterruptedException {
        return reading(this::list);
    }

    private ExitCode list(Repository repository) throws IOException, InterruptedException {
        SnapshotFile file = new Snapshots(repository).find(id, filter.filter());
        TreeWalk walk = new TreeWalk(new TreeLoader(repository.index()));
        if (json()) {
            JsonWriter json = new JsonWriter();
            byte[] known = SnapshotsVerb.withIds(file);
            byte[] more =
                    ",\"message_type\":\"snapshot\",\"struct_type\":\"snapshot\"}"
                            .getBytes(StandardCharsets.US_ASCII);
            byte[] all = Arrays.copyOf(known, known.length - 1 + more.length);
            System.arraycopy(more, 0, all, known.length - 1, more.length);
            json.raw(all);
            line(out(), json);
        } else {
            err().println("snapshot " + file.id().toString().substring(0, 8) + ":");
        }
        if (paths.isEmpty()) {
            walk.walk(file.snapshot().tree(), new byte[0], (path, node) -> show(path, node, true));
        }
        for (String text : paths) {
            byte[] path = text.getBytes(StandardCharsets.UTF_8);
            Optional<Node> found = walk.find(file.snapshot().tree(), path);
            if (found.isPresent()) show(path, found.get(), false);
            if (found.isEmpty() || found.get().subtree().isPresent()) {
                walk.walk(
                        file.snapshot().tree(), path, (each, node) -> show(each, node, recursive));
            }
        }
        return ExitCode.OK;
    }

    private boolean show(byte[] path, Node node, boolean deeper) {
        if (json()) {
            line(out(), json(path, node));
        } else if (isLong) {
            out().printf(
                            "%s %5d %5d %10d %s %s%s%n",
                            permissions(node),
                            node.uid(),
                            node.gid(),
                            node.size(),
                            TIME.format(node.mtime().instant().atZone(repo().zone())),
                            Text.path(path),
                            node.type() == NodeType.SYMLINK
                                    ? " -> " + Text.path(node.linkTarget())
                                    : "");
        } else {
            out().println(Text.path(path));
        }
        return deeper;
    }

    private static JsonWriter json(byte[] path, Node node) {
        JsonWriter json = new JsonWriter();
        json.beginObject();
        json.name("name").rawString(node.name());
        json.name("type").value(node.type().label());
        json.name("path").rawString(path);
        json.name("uid").unsigned(node.uid());
        json.name("gid").unsigned(node.gid());
        if (node.type() == NodeType.FILE) json.name("size").unsigned(node.size());
        if (node.mode() != 0) json.name("mode").unsigned(Integer.toUnsignedLong(node.mode()));
        json.name("permissions").value(permissions(node));
        json.name("mtime").time(node.mtime());
        json.name("atime").time(node.atime());
        json.name("ctime").time(node.ctime());
        Json.count(json, "inode", node.inode());
        json.name("message_type").value("node");
        json.name("struct_type").value("node");
        json.endObject();
        return json;
    }

    /// As Go prints a mode: letters of the kind, then nine of permissions.
    static String permissions(Node node) {
        int mode = node.mode();
        StringBuilder text = new StringBuilder();
        int[] bits = {
            FileMode.DIRECTORY, FileMode.SYMLINK, FileMode.DEVICE, FileMode.FIFO,
            FileMode.SOCKET, FileMode.SETUID, FileMode.SETGID, FileMode.CHARACTER,
            FileMode.STICKY, FileMode.IRREGULAR
        };
        String letters = "dLDpSugct?";
        for (int i = 0; i < bits.length; i++) {
            if ((mode & bits[i]) != 0) text.append(letters.charAt(i));
        }
        if (text.isEmpty()) text.append('-');
        String rwx = "rwxrwxrwx";
        for (int i = 0; i < rwx.length(); i++) {
            text.append((mode & (1 << (8 - i))) != 0 ? rwx.charAt(i) : '-');
        }
        return text.toString();
    }
}
