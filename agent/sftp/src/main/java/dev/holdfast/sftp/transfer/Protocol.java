package dev.holdfast.sftp.transfer;

/// Numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02) and of OpenSSH's extensions to it.
final class Protocol {
    static final int VERSION = 3;

    static final int INIT = 1;
    static final int VERSION_REPLY = 2;
    static final int OPEN = 3;
    static final int CLOSE = 4;
    static final int READ = 5;
    static final int WRITE = 6;
    static final int LSTAT = 7;
    static final int SETSTAT = 9;
    static final int FSETSTAT = 10;
    static final int OPENDIR = 11;
    static final int READDIR = 12;
    static final int REMOVE = 13;
    static final int MKDIR = 14;
    static final int RMDIR = 15;
    static final int REALPATH = 16;
    static final int STAT = 17;
    static final int RENAME = 18;
    static final int EXTENDED = 200;

    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int DATA = 103;
    static final int NAME = 104;
    static final int ATTRS = 105;
    static final int EXTENDED_REPLY = 201;

    static final int OPEN_READ = 0x01;
    static final int OPEN_WRITE = 0x02;
    static final int OPEN_CREATE = 0x08;
    static final int OPEN_EXCLUSIVE = 0x20;

    static final int OK = 0;
    static final int END_OF_FILE = 1;
    static final int NO_SUCH_FILE = 2;
    static final int PERMISSION_DENIED = 3;
    static final int FAILURE = 4;
    static final int NO_CONNECTION = 6;
    static final int CONNECTION_LOST = 7;
    static final int UNSUPPORTED = 8;

    static final String LIMITS = "limits@openssh.com";
    static final String FSYNC = "fsync@openssh.com";
    static final String POSIX_RENAME = "posix-rename@openssh.com";
    static final String STATVFS = "statvfs@openssh.com";

    /// OpenSSH takes and sends no longer ones.
    static final int PACKET_MAX = 256 * 1024 + 1024;

    private Protocol() {}
}
