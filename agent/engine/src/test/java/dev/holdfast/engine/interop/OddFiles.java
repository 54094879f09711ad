package dev.holdfast.engine.interop;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Random;

/// Makes a directory with everything that is odd about files.
final class OddFiles {
    private static final String SCRIPT =
            """
            set -e
            export LC_ALL=C.UTF-8
            printf one > $'inv\\xff\\xfename'
            printf two > $'new\\nline'
            printf three > 'quote"s'\\''and\\back<&>'
            printf four > $'nbsp\\u00a0 \\u00e9 e\\u0301 \\U0001F600'
            printf five > $'esc\\x1b\\a\\b\\t\\x7f'
            mkdir -p dir/sub/empty $'dir/d\\xc3' sticky sgid
            : > empty
            printf linked > hl1
            ln hl1 hl2
            ln hl1 dir/hl3
            ln -s hl1 link
            ln -s '/nowhere/<&>"' dangling
            mkfifo fifo
            chmod 0640 fifo
            printf s > suid
            chmod 4755 suid
            chmod 1777 sticky
            chmod 2775 sgid
            printf n > none
            chmod 0000 none
            touch -h -d '2020-09-13T12:26:40.123456789Z' link hl1 dir/sub
            touch -d '1969-12-31T23:59:59.999999999Z' empty
            touch -d '2038-01-20T00:00:00.1Z' suid
            """;

    private OddFiles() {}

    /// Fills `folder`.
    ///
    /// @param rawTarget whether there is a symbolic link whose target is not UTF-8
    static void make(Path folder, boolean rawTarget) throws Exception {
        Files.createDirectories(folder);
        byte[] large = new byte[6_000_000];
        new Random(7).nextBytes(large);
        Files.write(folder.resolve("large"), large);
        Files.write(folder.resolve("zeros"), new byte[3 << 20]);
        Path attributed = Files.writeString(folder.resolve("attributed"), "x");
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(attributed, UserDefinedFileAttributeView.class);
        view.write("zeta", ByteBuffer.wrap(new byte[] {1, 0, (byte) 0xff}));
        view.write("alpha", ByteBuffer.wrap(new byte[0]));
        String script = rawTarget ? SCRIPT + "ln -s $'raw\\xff\\xfe<' link-raw\n" : SCRIPT;
        Process bash =
                new ProcessBuilder("bash", "-c", script)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start();
        if (bash.waitFor() != 0) {
            throw new AssertionError("the odd files could not be made");
        }
    }
}
