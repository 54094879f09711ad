package dev.holdfast.engine.archiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.chunker.Chunker;
import dev.holdfast.engine.filesystem.LocalFileSource;
import dev.holdfast.engine.filesystem.RawPath;
import dev.holdfast.engine.snapshot.ExtendedAttribute;
import dev.holdfast.engine.snapshot.FileMode;
import dev.holdfast.engine.snapshot.Node;
import dev.holdfast.engine.snapshot.NodeType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// The archiver over real files of every kind. Device nodes need a privileged user, as the build
/// has one in its container.
final class LocalArchiveTest {
    private static final ArchiveOptions OPTIONS = TestRepository.options().build();

    @TempDir private Path directory;

    private TestRepository repository;

    @BeforeEach
    void init() throws IOException, InterruptedException {
        repository = new TestRepository();
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private Map<String, Node> archive() throws IOException, InterruptedException {
        return repository.nodes(archived().snapshot());
    }

    private ArchiveResult archived() throws IOException, InterruptedException {
        try (LocalFileSource source = new LocalFileSource(directory)) {
            ArchiveResult result = repository.archive(source, OPTIONS, ".");
            assertThat(result.failures()).isEmpty();
            return result;
        }
    }

    private static Node node(Map<String, Node> nodes, String path) {
        Node node = nodes.get(path);
        if (node == null) {
            throw new AssertionError("no " + path + " in " + nodes.keySet());
        }
        return node;
    }

    private String shell(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("bash", "-euc", script)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    @Timeout(60) // a fifo that is opened the wrong way hangs
    void everyKindOfFileIsStoredAsWhatItIs() throws IOException, InterruptedException {
        shell(
                """
                mkfifo -m 640 fifo; ln -s nowhere dangling; mkdir -m 1777 sticky; mkdir -m 2775 sgid
                touch setuid; chmod 4755 setuid; touch none; chmod 0 none
                mknod -m 600 block b 8 17; mknod -m 644 char c 1 3; mknod -m 600 big b 300 70000
                """);
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
            Map<String, Node> nodes = archive();

            assertThat(nodes.keySet())
                    .containsExactlyInAnyOrder(
                            "/big",
                            "/block",
                            "/char",
                            "/dangling",
                            "/fifo",
                            "/none",
                            "/setuid",
                            "/sgid/",
                            "/sticky/");
            assertThat(node(nodes, "/fifo").type()).isEqualTo(NodeType.FIFO);
            assertThat(node(nodes, "/fifo").mode()).isEqualTo(33_554_848);
            assertThat(node(nodes, "/fifo").links()).isZero();
            assertThat(node(nodes, "/block").device()).isEqualTo(2065);
            assertThat(node(nodes, "/block").mode()).isEqualTo(67_109_248);
            assertThat(node(nodes, "/char").device()).isEqualTo(259);
            assertThat(node(nodes, "/char").links()).isEqualTo(1);
            assertThat(node(nodes, "/big").device()).isEqualTo(286_338_160);
            assertThat(node(nodes, "/setuid").mode()).isEqualTo(8_389_101);
            assertThat(node(nodes, "/none").mode()).isZero();
            assertThat(node(nodes, "/dangling").linkTarget()).asString().isEqualTo("nowhere");
            assertThat(node(nodes, "/dangling").mode()).isEqualTo(134_218_239);
            assertThat(Integer.toUnsignedLong(node(nodes, "/sticky/").mode()))
                    .isEqualTo(2_148_532_735L);
            assertThat(node(nodes, "/sgid/").mode() & FileMode.SETGID).isNotZero();
        }
    }

    @Test
    void metadataIsThatOfTheFileSystem() throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("f"), "hello");
        Files.createLink(directory.resolve("g"), file);
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.ofEpochSecond(1_500_000_000, 123_456_789)));

        Map<String, Node> nodes = archive();

        Node f = node(nodes, "/f");
        assertThat(f.mtime().instant())
                .isEqualTo(Instant.ofEpochSecond(1_500_000_000, 123_456_789));
        assertThat(f.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(f.deviceId()).isEqualTo(Files.getAttribute(file, "unix:dev"));
        assertThat(f.uid())
                .isEqualTo(Integer.toUnsignedLong((int) Files.getAttribute(file, "unix:uid")));
        assertThat(FileTime.from(f.ctime().instant()))
                .isEqualTo(Files.getAttribute(file, "unix:ctime"));
        assertThat(f.user()).isEqualTo(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName());
        assertThat(f.links()).isEqualTo(2);
        assertThat(node(nodes, "/g").inode()).isEqualTo(f.inode());
        assertThat(node(nodes, "/g").content()).isEqualTo(f.content()).hasSize(1);
    }

    @Test
    void hostileNamesAreKeptByteForByte() throws IOException, InterruptedException {
        String longest = "n".repeat(255);
        shell(
                "touch -- $'new\\nline' $'inv\\xffalid' $'esc\\e[2J' '-rf' '"
                        + longest
                        + "' '\"quoted\\\\'; mkdir $'d\\xfe'; touch $'d\\xfe/x'; ln -s $'t\\xff'"
                        + " link");

        Map<String, Node> nodes = archive();

        assertThat(nodes.keySet())
                .containsExactlyInAnyOrder(
                        "/new\\x0aline",
                        "/inv\\xffalid",
                        "/esc\\x1b[2J",
                        "/-rf",
                        "/" + longest,
                        "/\"quoted\\\\",
                        "/d\\xfe/",
                        "/d\\xfe/x",
                        "/link");
        assertThat(node(nodes, "/inv\\xffalid").name())
                .isEqualTo(new byte[] {'i', 'n', 'v', (byte) 0xff, 'a', 'l', 'i', 'd'});
        assertThat(node(nodes, "/link").linkTarget()).isEqualTo(new byte[] {'t', (byte) 0xff});
    }

    @Test
    void extendedAttributesOfEveryNamespaceAreStored() throws IOException, InterruptedException {
        shell(
                """
                touch f; mkdir d; ln -s f link
                setfattr -n user.empty f; setfattr -n user.bytes -v 0x00ff f
                setfattr -n trusted.t -v yes f; setfattr -n user.d -v dir d
                setfattr -h -n trusted.link -v own link
                """);

        Map<String, Node> nodes = archive();

        assertThat(node(nodes, "/f").extendedAttributes())
                .containsExactlyInAnyOrder(
                        attribute("user.empty", new byte[0]),
                        attribute("user.bytes", new byte[] {0, -1}),
                        attribute("trusted.t", RawPath.of("yes")));
        assertThat(node(nodes, "/d/").extendedAttributes())
                .containsExactly(attribute("user.d", RawPath.of("dir")));
        assertThat(node(nodes, "/link").extendedAttributes())
                .containsExactly(attribute("trusted.link", RawPath.of("own")));
    }

    private static ExtendedAttribute attribute(String name, byte[] value) {
        return new ExtendedAttribute(RawPath.of(name), value);
    }

    @Test
    void filesOfAllSizesAreStoredWhole() throws IOException, InterruptedException {
        Random random = new Random(7);
        int[] sizes = {0, 1, 511, Chunker.MIN - 1, Chunker.MIN, Chunker.MIN + 1, 3 << 20, 40 << 20};
        for (int size : sizes) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Files.write(directory.resolve("r" + size), bytes);
        }
        for (int i = 0; i < 300; i++) { // more than one buffer of files that are one chunk each
            Files.write(directory.resolve("s" + i), new byte[] {(byte) i, (byte) (i >> 8)});
        }
        try (RandomAccessFile sparse =
                new RandomAccessFile(directory.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(20 << 20);
        }

        Map<String, Node> nodes = archive();

        for (Map.Entry<String, Node> entry : nodes.entrySet()) {
            Path file = directory.resolve(entry.getKey().substring(1));
            assertThat(entry.getValue().size()).isEqualTo(Files.size(file));
            assertThat(
                            Arrays.equals(
                                    repository.content(entry.getValue()), Files.readAllBytes(file)))
                    .as(entry.getKey())
                    .isTrue();
        }
        assertThat(nodes).hasSize(sizes.length + 301);
        assertThat(Set.copyOf(node(nodes, "/sparse").content()))
                .hasSize(1); // zeros, cut at the least
        assertThat(node(nodes, "/sparse").content()).hasSize(40);
    }

    @Test
    void intermediateDirectoriesHaveTheirMetadataAndNothingElse()
            throws IOException, InterruptedException {
        Path deep = Files.createDirectories(directory.resolve("one/two/three"));
        Files.writeString(deep.resolve("file"), "x");
        Files.writeString(directory.resolve("one/other"), "x");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("one"));
        try (LocalFileSource source = new LocalFileSource(directory)) {
            ArchiveResult result =
                    repository.archive(source, OPTIONS, "link/two/three", "./one/two/../other");

            Map<String, Node> nodes = repository.nodes(result.snapshot());
            assertThat(nodes.keySet())
                    .containsExactly(
                            "/link/",
                            "/link/two/",
                            "/link/two/three/",
                            "/link/two/three/file",
                            "/one/",
                            "/one/other");
            assertThat(node(nodes, "/link/").inode()).isEqualTo(node(nodes, "/one/").inode());
            assertThat(result.snapshot().paths())
                    .containsExactly(directory + "/link/two/three", directory + "/one/other");
        }
    }

    @Test
    void readingLeavesAccessTimesAlone() throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("f"), "x");
        Files.setAttribute(file, "lastAccessTime", FileTime.fromMillis(1_000_000));

        archive();

        assertThat(Files.getAttribute(file, "lastAccessTime"))
                .isEqualTo(FileTime.fromMillis(1_000_000));
    }

    @Test
    void deepDirectoriesAreStored() throws IOException, InterruptedException {
        int depth = 1800; // as deep as one path can name
        Path bottom = Files.createDirectories(directory.resolve("d/".repeat(depth)));
        Files.writeString(bottom.resolve("leaf"), "x");

        Map<String, Node> nodes = archive();

        assertThat(nodes).hasSize(depth + 1).containsKey("/d".repeat(depth) + "/leaf");
        shell("rm -rf d"); // JUnit resolves every path anew: minutes at this depth
    }

    @Test
    void anUnchangedSecondBackupAddsNothing() throws IOException, InterruptedException {
        for (int i = 0; i < 50; i++) {
            Path sub = Files.createDirectories(directory.resolve("d" + i % 7));
            Files.writeString(sub.resolve("f" + i), "content " + i);
        }
        ArchiveResult first = archived();
        ArchiveResult second = archived();

        assertThat(second.counts().blobs()).isZero();
        assertThat(second.snapshot().tree()).isEqualTo(first.snapshot().tree());
        Files.writeString(directory.resolve("d3/f3"), "changed 3");
        ArchiveResult third = archived();
        assertThat(third.counts().dataBlobs()).isEqualTo(1);
        assertThat(third.counts().treeBlobs()).isEqualTo(2);
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(repository.nodes(third.snapshot())).hasSize((int) files.count() - 1);
        }
        assertThat(List.of(third.snapshot().parent().orElseThrow())).containsExactly(second.id());
    }

    /// The stock tool must be there: the build's container has it.
    @Test
    void treesAreThoseThatResticWrites() throws IOException, InterruptedException {
        shell(
                """
                mkdir -p home/sub home/void; echo content > home/a; echo b > home/sub/b; : > home/empty
                mkfifo home/fifo; ln -s a home/link; ln home/a home/hard; chmod 2750 home/sub
                mknod -m 600 home/block b 8 17; mknod -m 644 home/char c 1 3; chmod 1777 home/void
                touch -d 2001-02-03T04:05:06.789 home/a; touch $'home/new\\nline' $'home/inv\\xff'
                touch home/owned; chown 12345:54321 home/owned; touch 'home/<&> \\ "q"' home/é
                setfattr -n user.x -v 1 home/a; setfattr -n user.b -v 2 home/a
                setfattr -n trusted.t -v 3 home/a
                """);
        String json =
                shell(
                        """
                        export TZ=UTC RESTIC_REPOSITORY=$PWD/repository RESTIC_PASSWORD_COMMAND='echo x'
                        export RESTIC_CACHE_DIR=$PWD/cache
                        restic -q init; cd home; restic -q backup .; restic -q --json snapshots
                        """);

        try (LocalFileSource source = new LocalFileSource(directory.resolve("home"))) {
            ArchiveResult result = repository.archive(source, OPTIONS, ".");

            assertThat(json).contains("\"tree\":\"" + result.snapshot().tree() + "\"");
        }
    }
}
