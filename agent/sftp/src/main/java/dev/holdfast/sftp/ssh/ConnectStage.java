package dev.holdfast.sftp.ssh;

/// The steps of a connection in their order.
public enum ConnectStage {
    RESOLVE,
    CONNECT,
    BANNER,
    KEY_EXCHANGE,
    HOST_KEY,
    AUTHENTICATION
}
