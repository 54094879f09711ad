package dev.holdfast.engine.archiver;

import dev.holdfast.engine.filesystem.FileSource;
import dev.holdfast.engine.filesystem.FileStatus;
import dev.holdfast.engine.json.Timestamp;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/// Makes nodes of what a file system tells, and compares the two. Used by one thread.
final class NodeMaker {
    private final FileSource source;
    private final ZoneId zone;
    private final boolean ignoreCtime;
    private final boolean ignoreInode;

    NodeMaker(FileSource source, ZoneId zone, ArchiveOptions options) {
        this.source = source;
        this.zone = zone;
        this.ignoreInode = options.ignoreInode();
        this.ignoreCtime = options.ignoreCtime() || ignoreInode;
    }

    /// A node without content, link target, size and subtree. The access time is the modification
    /// time: reading a tree must not change it.
    Node.Builder node(byte[] name, FileStatus status, List<ExtendedAttribute> attributes) {
        NodeType type = status.type();
        Timestamp modified = time(status.mtimeSecond(), status.mtimeNano());
        boolean device = type == NodeType.BLOCK_DEVICE || type == NodeType.CHARACTER_DEVICE;
        return Node.builder(name, type)
                .mode(status.mode())
                .mtime(modified)
                .atime(modified)
                .ctime(time(status.ctimeSecond(), status.ctimeNano()))
                .owner(status.uid(), status.gid())
                .user(source.userName(status.uid()))
                .group(source.groupName(status.gid()))
                .inode(status.inode())
                .deviceId(status.deviceId())
                .links(type.hasLinks() ? status.links() : 0)
                .device(device ? status.device() : 0)
                .extendedAttributes(attributes);
    }

    private Timestamp time(long second, int nano) {
        return Timestamp.of(Instant.ofEpochSecond(second, nano), zone);
    }

    /// Whether a file is what the parent snapshot knows (repository format, section 15.1), its
    /// chunks apart.
    boolean isUnchanged(FileStatus status, Node previous) {
        return status.type() == NodeType.FILE
                && previous.type() == NodeType.FILE
                && status.size() == previous.size()
                && isSame(status.mtimeSecond(), status.mtimeNano(), previous.mtime())
                && (ignoreCtime
                        || isSame(status.ctimeSecond(), status.ctimeNano(), previous.ctime()))
                && (ignoreInode || status.inode() == previous.inode());
    }

    private boolean isSame(long second, int nano, Timestamp stored) {
        if (second == stored.epochSecond()) {
            return nano == stored.nano();
        }
        // times that the format cannot hold were moved when they were stored
        Timestamp moved = time(second, nano);
        return moved.epochSecond() == stored.epochSecond() && moved.nano() == stored.nano();
    }
}
