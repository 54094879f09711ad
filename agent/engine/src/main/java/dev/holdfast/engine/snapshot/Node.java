package dev.holdfast.engine.snapshot;

import dev.holdfast.engine.id.BlobId;
import dev.holdfast.engine.id.TreeId;
import dev.holdfast.engine.json.Timestamp;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One entry of a directory, with all its metadata (repository format, section 11.2).
///
/// Immutable; arrays are handed over and handed out uncopied, since a backup makes millions of
/// nodes, and nobody changes them.
public final class Node {
    private static final byte[] NO_BYTES = {};

    private final byte[] name;
    private final NodeType type;
    private final int mode;
    private final Timestamp modified;
    private final Timestamp accessed;
    private final Timestamp changed;
    private final long uid;
    private final long gid;
    private final String user;
    private final String group;
    private final long inode;
    private final long deviceId;
    private final long size;
    private final long links;
    private final byte[] linkTarget;
    private final List<ExtendedAttribute> extendedAttributes;
    private final long device;
    private final List<BlobId> content;
    private final @Nullable TreeId subtree;
    private final byte[] genericAttributes;

    private Node(Builder builder) {
        name = builder.name;
        type = builder.type;
        mode = builder.mode;
        modified = Objects.requireNonNull(builder.modified, "mtime");
        accessed = builder.accessed == null ? modified : builder.accessed;
        changed = builder.changed == null ? modified : builder.changed;
        uid = builder.uid;
        gid = builder.gid;
        user = builder.user;
        group = builder.group;
        inode = builder.inode;
        deviceId = builder.deviceId;
        size = builder.size;
        links = builder.links;
        linkTarget = builder.linkTarget;
        extendedAttributes = builder.extendedAttributes;
        device = builder.device;
        content = builder.content;
        subtree = builder.subtree;
        genericAttributes = builder.genericAttributes;
    }

    /// Starts a node; the modification time must be set before [Builder#build].
    public static Builder builder(byte[] name, NodeType type) {
        return new Builder(name, type);
    }

    /// The raw bytes of the name, one part of a path.
    public byte[] name() {
        return name;
    }

    /// The name for messages: bytes that are not UTF-8 become U+FFFD.
    public String displayName() {
        return new String(name, StandardCharsets.UTF_8);
    }

    /// Whether the name can stand in a directory: not empty, not `.` or `..`, without `/` and NUL.
    /// A repository is input like any other; whoever writes files asks this first.
    public boolean hasSafeName() {
        return isSafeName(name);
    }

    static boolean isSafeName(byte[] name) {
        for (byte b : name) {
            if (b == '/' || b == 0) {
                return false;
            }
        }
        return name.length > 2
                || (name.length == 2 && (name[0] != '.' || name[1] != '.'))
                || (name.length == 1 && name[0] != '.');
    }

    public NodeType type() {
        return type;
    }

    /// The mode word of the format, see [FileMode].
    public int mode() {
        return mode;
    }

    /// Modification time.
    public Timestamp mtime() {
        return modified;
    }

    /// Access time; equal to the modification time unless somebody asked for more.
    public Timestamp atime() {
        return accessed;
    }

    /// Time of the last change of the inode.
    public Timestamp ctime() {
        return changed;
    }

    /// Owner, 0 to 2^32 - 1.
    public long uid() {
        return uid;
    }

    /// Group, 0 to 2^32 - 1.
    public long gid() {
        return gid;
    }

    /// Name of the owner; empty where it is unknown.
    public String user() {
        return user;
    }

    /// Name of the group; empty where it is unknown.
    public String group() {
        return group;
    }

    /// Inode number, unsigned; 0 where it is unknown.
    public long inode() {
        return inode;
    }

    /// Number of the device the file lies on, unsigned; 0 where it is unknown.
    public long deviceId() {
        return deviceId;
    }

    /// Bytes that were read, for files; 0 for everything else.
    public long size() {
        return size;
    }

    /// Number of hard links; 0 for kinds that carry none.
    public long links() {
        return links;
    }

    /// Where a symbolic link points to, as raw bytes; empty for everything else.
    public byte[] linkTarget() {
        return linkTarget;
    }

    /// Extended attributes in the order the kernel listed them.
    public List<ExtendedAttribute> extendedAttributes() {
        return extendedAttributes;
    }

    /// Number of the device that a device node stands for; 0 for everything else.
    public long device() {
        return device;
    }

    /// Chunks of a file's content in order; empty for everything else.
    public List<BlobId> content() {
        return content;
    }

    /// The tree of a directory.
    public Optional<TreeId> subtree() {
        return Optional.ofNullable(subtree);
    }

    /// Attributes of Windows, as the JSON object they were stored in; empty where there are none.
    byte[] genericAttributes() {
        return genericAttributes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Node that
                && type == that.type
                && mode == that.mode
                && uid == that.uid
                && gid == that.gid
                && inode == that.inode
                && deviceId == that.deviceId
                && size == that.size
                && links == that.links
                && device == that.device
                && Arrays.equals(name, that.name)
                && modified.equals(that.modified)
                && accessed.equals(that.accessed)
                && changed.equals(that.changed)
                && user.equals(that.user)
                && group.equals(that.group)
                && Arrays.equals(linkTarget, that.linkTarget)
                && extendedAttributes.equals(that.extendedAttributes)
                && content.equals(that.content)
                && Objects.equals(subtree, that.subtree)
                && Arrays.equals(genericAttributes, that.genericAttributes);
    }

    @Override
    public int hashCode() {
        return (Arrays.hashCode(name) * 31 + Long.hashCode(inode)) * 31 + changed.hashCode();
    }

    @Override
    public String toString() {
        return type.label() + " " + displayName();
    }

    /// Collects the fields of a node; setters return the builder. Not thread-safe.
    public static final class Builder {
        private byte[] name;
        private NodeType type;
        private int mode;
        private @Nullable Timestamp modified;
        private @Nullable Timestamp accessed;
        private @Nullable Timestamp changed;
        private long uid;
        private long gid;
        private String user = "";
        private String group = "";
        private long inode;
        private long deviceId;
        private long size;
        private long links;
        private byte[] linkTarget = NO_BYTES;
        private List<ExtendedAttribute> extendedAttributes = List.of();
        private long device;
        private List<BlobId> content = List.of();
        private @Nullable TreeId subtree;
        private byte[] genericAttributes = NO_BYTES;

        private Builder(byte[] name, NodeType type) {
            this.name = name;
            this.type = type;
        }

        public Builder name(byte[] value) {
            name = value;
            return this;
        }

        public Builder type(NodeType value) {
            type = value;
            return this;
        }

        public Builder mode(int value) {
            mode = value;
            return this;
        }

        public Builder mtime(Timestamp value) {
            modified = value;
            return this;
        }

        /// Left out: the modification time.
        public Builder atime(Timestamp value) {
            accessed = value;
            return this;
        }

        /// Left out: the modification time.
        public Builder ctime(Timestamp value) {
            changed = value;
            return this;
        }

        public Builder owner(long newUid, long newGid) {
            uid = newUid;
            gid = newGid;
            return this;
        }

        public Builder uid(long value) {
            uid = value;
            return this;
        }

        public Builder gid(long value) {
            gid = value;
            return this;
        }

        public Builder user(String value) {
            user = value;
            return this;
        }

        public Builder group(String value) {
            group = value;
            return this;
        }

        public Builder inode(long value) {
            inode = value;
            return this;
        }

        public Builder deviceId(long value) {
            deviceId = value;
            return this;
        }

        public Builder size(long value) {
            size = value;
            return this;
        }

        public Builder links(long value) {
            links = value;
            return this;
        }

        public Builder linkTarget(byte[] value) {
            linkTarget = value;
            return this;
        }

        /// Takes the list as it is.
        public Builder extendedAttributes(List<ExtendedAttribute> value) {
            extendedAttributes = value;
            return this;
        }

        public Builder device(long value) {
            device = value;
            return this;
        }

        /// Takes the list as it is.
        public Builder content(List<BlobId> value) {
            content = value;
            return this;
        }

        public Builder subtree(TreeId value) {
            subtree = value;
            return this;
        }

        Builder genericAttributes(byte[] json) {
            genericAttributes = json;
            return this;
        }

        /// The node.
        ///
        /// @throws NullPointerException when no modification time was set
        public Node build() {
            return new Node(this);
        }
    }
}
