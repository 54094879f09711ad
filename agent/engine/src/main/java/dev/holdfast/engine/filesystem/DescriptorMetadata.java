package dev.holdfast.engine.filesystem;

import dev.holdfast.engine.filesystem.posix.Errno;
import dev.holdfast.engine.filesystem.posix.WriteCalls;
import dev.holdfast.engine.snapshot.ExtendedAttribute;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sets owner, extended attributes, times and mode, in this order: a change of owner clears setuid
/// bits and capabilities (repository format, section 17).
///
/// Every step is tried even where one before it failed. Collects what failed; for one entry of one
/// thread.
final class DescriptorMetadata {
    private static final byte[] SELF = {};

    private final boolean root;
    private final List<String> problems = new ArrayList<>(0);

    /// @param root whether this process may do everything
    DescriptorMetadata(boolean root) {
        this.root = root;
    }

    /// For an open regular file or directory.
    List<String> apply(int descriptor, FileMetadata metadata) {
        owner(descriptor, SELF, WriteCalls.AT_EMPTY_PATH, metadata);
        removeOthers(descriptor, metadata.attributes());
        for (ExtendedAttribute attribute : metadata.attributes()) {
            attribute(
                    attribute,
                    WriteCalls.fsetxattr(descriptor, attribute.name(), attribute.value()));
        }
        times(descriptor, SELF, metadata);
        note("mode", WriteCalls.fchmod(descriptor, metadata.permissions()));
        return problems;
    }

    /// For a symbolic link or a special file, reached by its name in an open directory. A link has
    /// no mode.
    ///
    /// @param descriptor of a special file, opened with O_PATH; -1 for a link
    List<String> apply(int directory, byte[] name, int descriptor, FileMetadata metadata) {
        if (descriptor < 0) {
            owner(directory, name, WriteCalls.AT_SYMLINK_NOFOLLOW, metadata);
        } else {
            owner(descriptor, SELF, WriteCalls.AT_EMPTY_PATH, metadata);
        }
        for (ExtendedAttribute attribute : metadata.attributes()) {
            attribute(
                    attribute,
                    WriteCalls.lsetxattrat(directory, name, attribute.name(), attribute.value()));
        }
        times(directory, name, metadata);
        if (descriptor >= 0) {
            note("mode", WriteCalls.chmodOfPathDescriptor(descriptor, metadata.permissions()));
        }
        return problems;
    }

    private void owner(int directory, byte[] name, int flags, FileMetadata metadata) {
        if (metadata.uid() == FileMetadata.UNCHANGED && metadata.gid() == FileMetadata.UNCHANGED) {
            return;
        }
        int result =
                WriteCalls.fchownat(
                        directory, name, (int) metadata.uid(), (int) metadata.gid(), flags);
        if (root || result != -Errno.EPERM) { // others cannot give files away, and need not be told
            note("owner", result);
        }
    }

    private void times(int directory, byte[] name, FileMetadata metadata) {
        note(
                "times",
                WriteCalls.utimensat(
                        directory,
                        name,
                        metadata.accessedSecond(),
                        metadata.accessedNano(),
                        metadata.modifiedSecond(),
                        metadata.modifiedNano()));
    }

    private void attribute(ExtendedAttribute attribute, int result) {
        boolean denied = result == -Errno.EPERM || result == -Errno.EACCES;
        if (root || !denied || isOwn(attribute.name())) {
            note("attribute " + RawPath.display(attribute.name()), result);
        }
    }

    /// A new file may have inherited an access list, one in place may carry attributes of its own.
    private void removeOthers(int descriptor, List<ExtendedAttribute> wanted) {
        int size = WriteCalls.flistxattr(descriptor, SELF);
        if (size <= 0) {
            return; // none, or a file system without attributes
        }
        byte[] names = new byte[size];
        int filled = WriteCalls.flistxattr(descriptor, names);
        int start = 0;
        for (int end = 0; end < filled; end++) {
            if (names[end] == 0) {
                byte[] name = Arrays.copyOfRange(names, start, end);
                start = end + 1;
                if (isOwn(name) && wanted.stream().noneMatch(a -> Arrays.equals(a.name(), name))) {
                    note(
                            "attribute " + RawPath.display(name) + " (removal)",
                            WriteCalls.fremovexattr(descriptor, name));
                }
            }
        }
    }

    private static boolean isOwn(byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return text.startsWith("user.") || text.startsWith("system.posix_acl_");
    }

    private void note(String what, int result) {
        if (result < 0) {
            problems.add(what + " not set: " + Errno.text(-result));
        }
    }
}
