package dev.holdfast.engine.snapshot;

/// Translates between the mode word of Unix (`st_mode`) and the one that trees store, whose flags
/// sit at other bits (repository format, section 11.3).
public final class FileMode {
    public static final int DIRECTORY = 1 << 31;
    public static final int SYMLINK = 1 << 27;
    public static final int DEVICE = 1 << 26;
    public static final int FIFO = 1 << 25;
    public static final int SOCKET = 1 << 24;
    public static final int SETUID = 1 << 23;
    public static final int SETGID = 1 << 22;
    public static final int CHARACTER = 1 << 21;
    public static final int STICKY = 1 << 20;
    public static final int IRREGULAR = 1 << 19;

    /// The nine permission bits, the same in both words.
    public static final int PERMISSIONS = 0777;

    private static final int UNIX_TYPE = 0170000;
    private static final int UNIX_SETUID = 04000;
    private static final int UNIX_SETGID = 02000;
    private static final int UNIX_STICKY = 01000;

    private FileMode() {}

    /// The stored word for `st_mode`.
    public static int ofUnix(int stMode) {
        return (stMode & PERMISSIONS)
                | typeFlags(stMode)
                | ((stMode & UNIX_SETUID) != 0 ? SETUID : 0)
                | ((stMode & UNIX_SETGID) != 0 ? SETGID : 0)
                | ((stMode & UNIX_STICKY) != 0 ? STICKY : 0);
    }

    /// The twelve bits that `chmod` takes, for a stored word.
    public static int toUnixPermissions(int mode) {
        return (mode & PERMISSIONS)
                | ((mode & SETUID) != 0 ? UNIX_SETUID : 0)
                | ((mode & SETGID) != 0 ? UNIX_SETGID : 0)
                | ((mode & STICKY) != 0 ? UNIX_STICKY : 0);
    }

    /// The kind of node for `st_mode`.
    public static NodeType typeOfUnix(int stMode) {
        return switch (stMode & UNIX_TYPE) {
            case 0100000 -> NodeType.FILE;
            case 0040000 -> NodeType.DIRECTORY;
            case 0120000 -> NodeType.SYMLINK;
            case 0060000 -> NodeType.BLOCK_DEVICE;
            case 0020000 -> NodeType.CHARACTER_DEVICE;
            case 0010000 -> NodeType.FIFO;
            case 0140000 -> NodeType.SOCKET;
            default -> NodeType.IRREGULAR;
        };
    }

    private static int typeFlags(int stMode) {
        return switch (typeOfUnix(stMode)) {
            case FILE -> 0;
            case DIRECTORY -> DIRECTORY;
            case SYMLINK -> SYMLINK;
            case BLOCK_DEVICE -> DEVICE;
            case CHARACTER_DEVICE -> DEVICE | CHARACTER;
            case FIFO -> FIFO;
            case SOCKET -> SOCKET;
            case IRREGULAR -> IRREGULAR;
        };
    }
}
