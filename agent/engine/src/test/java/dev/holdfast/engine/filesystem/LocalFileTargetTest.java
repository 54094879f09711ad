package dev.holdfast.engine.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.TreeCompare;
import dev.holdfast.engine.filesystem.FileAccessException.Kind;
import dev.holdfast.engine.filesystem.posix.ReadCalls;
import dev.holdfast.engine.filesystem.posix.WriteCalls;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.NodeType;

import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Runs as root, as the agent does that restores a whole machine.
final class LocalFileTargetTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "/etc", "a/", "nul\0", "../x"})
    void namesThatAreNotOneComponentCannotBecomePaths(String name) {
        TargetPath root = TargetPath.root();
        assertThatIllegalArgumentException().isThrownBy(() -> root.child(raw(name)));
    }

    @Test
    void entersNoLinkInPlaceOfADirectory() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path inside = Files.createDirectory(directory.resolve("inside"));
        Files.createSymbolicLink(inside.resolve("dir"), outside);
        try (LocalFileTarget target = open(inside)) {
            TargetPath dir = TargetPath.root().child(raw("dir"));
            TargetPath file = dir.child(raw("file"));
            assertThatThrownBy(() -> target.createFile(file)).satisfies(kind(Kind.IN_THE_WAY));
            assertThatThrownBy(() -> target.makeSymlink(file, raw("x")))
                    .satisfies(kind(Kind.IN_THE_WAY));
            assertThatThrownBy(() -> target.makeDirectory(dir)).satisfies(kind(Kind.IN_THE_WAY));
            assertThatThrownBy(() -> target.remove(file)).satisfies(kind(Kind.IN_THE_WAY));
        }
        assertThat(TreeCompare.list(outside)).isEmpty();
    }

    @Test
    void directoryExchangedForALinkLeadsNowhere() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path inside = directory.resolve("inside");
        try (LocalFileTarget target = open(inside)) {
            TargetPath path = TargetPath.root();
            for (int depth = 0; depth < 300; depth++) { // more than are kept open
                path = path.child(raw("d" + depth));
                target.makeDirectory(path);
            }
            Path first = inside.resolve("d0");
            Files.move(first, directory.resolve("away"));
            Files.createSymbolicLink(first, outside);
            TargetPath file = path.parent().parent().child(raw("file"));
            write(target, file, "inside the directory that was moved");
            TargetPath other = TargetPath.root().child(raw("d0")).child(raw("file"));
            assertThatThrownBy(() -> target.createFile(other)).satisfies(kind(Kind.IN_THE_WAY));
        }
        assertThat(TreeCompare.list(outside)).isEmpty();
    }

    @Test
    void fileAppearsWithItsMetadataWhenItIsCommitted() throws IOException {
        try (LocalFileTarget target = open(directory)) {
            TargetPath path = TargetPath.root().child(raw("file"));
            TargetFile file = target.createFile(path);
            file.write(5, raw("world"), 0, 5);
            file.write(0, raw("hello"), 0, 5);
            assertThat(directory.resolve("file")).doesNotExist();
            assertThat(file.apply(metadata(06751, List.of(attribute("user.a", "b"))))).isEmpty();
            file.commit();
        }
        Path made = directory.resolve("file");
        TreeCompare.Status is = TreeCompare.Status.of(made);
        assertThat(is.permissions()).isEqualTo(06751);
        assertThat(is.uid()).isEqualTo(12345);
        assertThat(is.gid()).isEqualTo(-2); // 4294967294
        assertThat(is.modified()).isEqualTo(Instant.ofEpochSecond(-5, 123456789));
        assertThat(is.accessed()).isEqualTo(Instant.ofEpochSecond(1_600_000_000L, 999_999_999));
        assertThat(made).hasContent("helloworld"); // after the look at its access time
        assertThat(Files.getAttribute(made, "user:a")).isEqualTo(raw("b"));
        assertThat(TreeCompare.list(directory)).containsOnlyKeys("file");
    }

    @Test
    void fileThatIsClosedBeforeItIsCompleteIsGone() throws IOException {
        Files.writeString(directory.resolve("file"), "before");
        try (LocalFileTarget target = open(directory);
                TargetFile file = target.createFile(TargetPath.root().child(raw("file")))) {
            file.write(0, raw("half"), 0, 4);
        }
        assertThat(directory.resolve("file")).hasContent("before");
        assertThat(TreeCompare.list(directory)).containsOnlyKeys("file");
    }

    @Test
    void leftoversOfAKilledRestoreAreRemovedOnceNobodyElseRestoresThere() throws IOException {
        Path left = directory.resolve(".holdfast-0123456789abcdef-7.part");
        Path mine = directory.resolve(".holdfast-mine.part");
        Files.writeString(left, "half");
        Files.writeString(mine, "whole");
        try (LocalFileTarget target = open(directory)) {
            try (LocalFileTarget other = open(directory)) {
                assertThat(other.isEmpty()).isFalse();
                target.removeLeftovers(List.of(TargetPath.root()));
                assertThat(left).exists();
            }
            target.removeLeftovers(List.of(TargetPath.root()));
        }
        assertThat(left).doesNotExist();
        assertThat(mine).exists();
    }

    @Test
    void manyFilesUnderWayAtOnceNeedFewDescriptors() throws IOException {
        int count = 2000; // more than the usual limit of open files
        try (LocalFileTarget target = open(directory)) {
            List<TargetFile> files = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                files.add(target.createFile(TargetPath.root().child(raw("f" + i))));
                files.getLast().write(0, raw("a"), 0, 1);
            }
            assertThat(target.openFiles().get()).isLessThanOrEqualTo(300);
            for (TargetFile file : files) {
                file.write(1, raw("b"), 0, 1);
                file.commit();
            }
        }
        assertThat(TreeCompare.list(directory)).hasSize(count);
        assertThat(directory.resolve("f1999")).hasContent("ab");
    }

    @Test
    void replacesEverythingButDirectories() throws IOException {
        Path outside = Files.writeString(directory.resolve("outside"), "untouched");
        Path inside = Files.createDirectory(directory.resolve("inside"));
        for (String name : List.of("file", "link", "fifo", "hard")) {
            Files.createSymbolicLink(inside.resolve(name), outside);
        }
        Files.createDirectory(inside.resolve("dir"));
        try (LocalFileTarget target = open(inside)) {
            TargetPath root = TargetPath.root();
            write(target, root.child(raw("file")), "new");
            target.makeSymlink(root.child(raw("link")), raw("elsewhere"));
            target.makeSpecial(root.child(raw("fifo")), NodeType.FIFO, 0);
            target.makeHardLink(root.child(raw("file")), root.child(raw("hard")));
            TargetPath dir = root.child(raw("dir"));
            assertThatThrownBy(() -> write(target, dir, "x")).satisfies(kind(Kind.IN_THE_WAY));
            assertThatThrownBy(() -> target.makeSymlink(dir, raw("x")))
                    .satisfies(kind(Kind.IN_THE_WAY));
            assertThat(target.find(root.child(raw("hard"))))
                    .hasValue(new TargetEntry(NodeType.FILE, 3, 2));
        }
        assertThat(outside).hasContent("untouched");
        assertThat(Files.readSymbolicLink(inside.resolve("link"))).hasToString("elsewhere");
        assertThat(TreeCompare.list(inside))
                .containsOnlyKeys("dir", "fifo", "file", "hard", "link");
    }

    @Test
    void metadataOfALinkLeavesWhatItPointsToAlone() throws IOException {
        Path outside = Files.writeString(directory.resolve("outside"), "x");
        FileTime before = Files.getLastModifiedTime(outside);
        Path inside = Files.createDirectory(directory.resolve("inside"));
        try (LocalFileTarget target = open(inside)) {
            TargetPath link = TargetPath.root().child(raw("link"));
            target.makeSymlink(link, RawPath.of(outside));
            FileMetadata metadata = metadata(0777, List.of(attribute("trusted.a", "b")));
            assertThat(target.apply(link, NodeType.SYMLINK, metadata)).isEmpty();
        }
        assertThat(Files.getLastModifiedTime(outside)).isEqualTo(before);
        assertThat(Files.getAttribute(outside, "unix:uid")).isEqualTo(0);
        assertThat(TreeCompare.Status.of(inside.resolve("link")).uid()).isEqualTo(12345);
    }

    @Test
    void specialFilesGetTheirMetadata() throws IOException {
        try (LocalFileTarget target = open(directory)) {
            TargetPath fifo = TargetPath.root().child(raw("fifo"));
            TargetPath device = TargetPath.root().child(raw("null"));
            target.makeSpecial(fifo, NodeType.FIFO, 0);
            target.makeSpecial(device, NodeType.CHARACTER_DEVICE, 0x103);
            FileMetadata metadata = metadata(0640, List.of());
            assertThat(target.apply(fifo, NodeType.FIFO, metadata)).isEmpty();
            assertThat(target.apply(device, NodeType.CHARACTER_DEVICE, metadata)).isEmpty();
            assertThatThrownBy(() -> target.apply(fifo, NodeType.BLOCK_DEVICE, metadata))
                    .satisfies(kind(Kind.IN_THE_WAY));
        }
        TreeCompare.Status is = TreeCompare.Status.of(directory.resolve("null"));
        assertThat(is.mode()).isEqualTo(020640);
        assertThat(is.rdev()).isEqualTo(0x103L);
        assertThat(is.uid()).isEqualTo(12345);
    }

    @Test
    void rootKeepsItsModeAndEntriesInheritNoAccessList() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x--x"));
        // default: user::rwx user:1234:rwx group::r-x mask::rwx other::r-x
        byte[] list = new byte[4 + 5 * 8];
        list[0] = 2;
        int[][] entries = {{1, 7, -1}, {2, 7, 1234}, {4, 5, -1}, {16, 7, -1}, {32, 5, -1}};
        for (int i = 0; i < entries.length; i++) {
            list[4 + i * 8] = (byte) entries[i][0];
            list[6 + i * 8] = (byte) entries[i][1];
            for (int b = 0; b < 4; b++) {
                list[8 + i * 8 + b] = (byte) (entries[i][2] >> (8 * b));
            }
        }
        int root = WriteCalls.openat(-100, RawPath.of(directory), 0, 0);
        int set = WriteCalls.fsetxattr(root, raw("system.posix_acl_default"), list);
        WriteCalls.close(root);
        assertThat(set).as("the file system of the test has access lists").isZero();
        try (LocalFileTarget target = open(directory)) {
            TargetPath dir = TargetPath.root().child(raw("dir"));
            target.makeDirectory(dir);
            FileMetadata metadata = metadata(0755, List.of(attribute("user.x", "")));
            assertThat(target.apply(dir, NodeType.DIRECTORY, metadata)).isEmpty();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwxr-x--x");
        try (var calls = new ReadCalls()) {
            assertThat(calls.attributeNames(-100, RawPath.of(directory.resolve("dir"))))
                    .containsExactly(raw("user.x"));
        }
    }

    @Test
    void holesStayHoles() throws Exception {
        try (LocalFileTarget target = open(directory);
                TargetFile file = target.createFile(TargetPath.root().child(raw("sparse")))) {
            file.write(1L << 40, raw("x"), 0, 1);
            file.resize(2L << 40);
            file.commit();
        }
        assertThat(Files.size(directory.resolve("sparse"))).isEqualTo(2L << 40);
    }

    private static LocalFileTarget open(Path root) throws IOException {
        return LocalFileTarget.open(root, new SplittableRandom(1));
    }

    private static void write(LocalFileTarget target, TargetPath path, String content)
            throws IOException {
        try (TargetFile file = target.createFile(path)) {
            file.write(0, raw(content), 0, raw(content).length);
            file.commit();
        }
    }

    private static FileMetadata metadata(int mode, List<ExtendedAttribute> attributes) {
        return new FileMetadata(
                mode, 12345, 4294967294L, 1_600_000_000L, 999_999_999, -5, 123456789, attributes);
    }

    private static ExtendedAttribute attribute(String name, String value) {
        return new ExtendedAttribute(raw(name), raw(value));
    }

    private static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ThrowingConsumer<Throwable> kind(Kind kind) {
        return thrown ->
                assertThat(thrown)
                        .isInstanceOfSatisfying(
                                FileAccessException.class,
                                e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
