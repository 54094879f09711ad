package dev.holdfast.cli.command;

/// Type and permission bits as `ls -l` prints them.
final class Modes {
    private static final String BITS = "rwxrwxrwx";

    private Modes() {}

    static String text(String type, int mode) {
        char[] text = new char[10];
        text[0] =
                switch (type) {
                    case "file" -> '-';
                    case "dir" -> 'd';
                    case "symlink" -> 'l';
                    case "dev" -> 'b';
                    case "chardev" -> 'c';
                    case "fifo" -> 'p';
                    case "socket" -> 's';
                    default -> '?';
                };
        for (int i = 0; i < 9; i++) {
            text[i + 1] = (mode & 0400 >> i) != 0 ? BITS.charAt(i) : '-';
        }
        special(text, 3, (mode & 04000) != 0, 's');
        special(text, 6, (mode & 02000) != 0, 's');
        special(text, 9, (mode & 01000) != 0, 't');
        return new String(text);
    }

    private static void special(char[] text, int at, boolean set, char mark) {
        if (set) {
            text[at] = text[at] == 'x' ? mark : Character.toUpperCase(mark);
        }
    }
}
