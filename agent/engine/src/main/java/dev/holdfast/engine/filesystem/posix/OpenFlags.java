package dev.holdfast.engine.filesystem.posix;

/// Flags of `open` on Linux. Four of them differ between x86-64 and ARM.
public final class OpenFlags {
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

    public static final int READ_ONLY = 0;
    public static final int WRITE_ONLY = 1;
    public static final int READ_WRITE = 2;
    public static final int CREATE = 0100;
    public static final int EXCLUSIVE = 0200;
    public static final int TRUNCATE = 01000;
    public static final int NONBLOCK = 04000;
    public static final int NO_ACCESS_TIME = 01000000;
    public static final int CLOSE_ON_EXEC = 02000000;
    public static final int PATH = 010000000;
    public static final int DIRECTORY = ARM ? 040000 : 0200000;
    public static final int NO_FOLLOW = ARM ? 0100000 : 0400000;

    private OpenFlags() {}
}
