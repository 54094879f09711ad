package dev.holdfast.engine.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Makes directories to back up.
final class SampleTree {
    /// Everything a file system of Linux can hold, by the tools of the system, not by our own code.
    private static final String EVERYTHING =
            """
            set -e
            mkdir -p plain/empty deep/a/b/c odd modes
            printf hello > plain/hello
            : > plain/zero
            head -c 3000000 /dev/urandom > plain/big
            cp plain/big plain/copy
            printf tail >> plain/copy
            truncate -s 20M plain/sparse
            printf x | dd of=plain/sparse bs=1 seek=9000000 conv=notrunc status=none
            ln plain/hello plain/hard1
            ln plain/hello deep/a/hard2
            ln -s hello plain/link
            ln -s /nowhere/at/all plain/dangling
            ln -s $'inv\\xff\\xfe' odd/rawlink
            mkfifo plain/fifo
            mknod plain/null c 1 3
            mknod plain/blk b 8 17
            mknod plain/wide c 300 70000
            for name in $'inv\\xff\\xfe' $'new\\nline' -dash $'\\xe2\\x80\\x8ertl' '"quote\\' \\
                    $'tab\\t' $'esc\\x1b[31m' ' ' "$(printf 'x%.0s' {1..255})" $'\\xf0\\x9f\\x98\\x80'; do
                printf '%s' "$name" > "odd/$name"
            done
            mkdir $'odd/dir\\xff'
            printf x > $'odd/dir\\xff/below'
            setfattr -n user.note -v text plain/hello
            setfattr -n user.empty -v '' plain/hello
            setfattr -n user.bytes -v 0x00ff0a plain/zero
            setfattr -n trusted.dir -v 0x0001 plain
            setfattr -h -n trusted.link -v x plain/link
            acl=0x0200000001000600ffffffff02000700d204000004000400ffffffff10000700ffffffff20000400ffffffff
            setfattr -n system.posix_acl_access -v $acl plain/zero
            setfattr -n system.posix_acl_default -v $acl deep
            setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 plain/big
            for mode in 0000 0400 4755 2755 1644 6711 0777; do
                printf $mode > modes/f$mode
                mkdir modes/d$mode
                chown 1000:2000 modes/f$mode modes/d$mode
                chmod $mode modes/f$mode modes/d$mode
            done
            chown 4294967294:4294967293 deep/a
            chown -h 1000:2000 plain/link
            chmod 0711 plain
            touch -h -d '1960-01-02 03:04:05.123456789 UTC' plain/link
            touch -d '1901-12-14 00:00:00.000000001 UTC' plain/big
            touch -d '2300-01-01 00:00:00.999999999 UTC' plain/copy
            touch -d '2001-09-09 01:46:40.5 UTC' plain/fifo plain/null deep/a/b
            """;

    private SampleTree() {}

    /// Fills a new directory with everything.
    static void everything(Path root) throws Exception {
        Files.createDirectory(root);
        Process bash =
                new ProcessBuilder("bash", "-c", EVERYTHING)
                        .directory(root.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (bash.waitFor() != 0) {
            throw new IOException("the sample could not be made: " + output);
        }
    }

    /// Fills a directory with `count` files of up to 40,000 bytes; those of another seed replace
    /// one in three and leave the rest.
    static void files(Path root, int count, long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            Path directory = Files.createDirectories(root.resolve("dir" + i % 7));
            Path file = directory.resolve("file" + i);
            if (random.nextInt(3) == 0 || !Files.exists(file)) {
                byte[] content = new byte[random.nextInt(40_000)];
                random.nextBytes(content);
                Files.write(file, content);
            }
        }
    }
}
