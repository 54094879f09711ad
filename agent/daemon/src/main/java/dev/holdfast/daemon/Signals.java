package dev.holdfast.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/// What signals do to this process.
///
/// SIGINT and SIGTERM interrupt the working thread, which then removes its locks and ends; a second
/// one ends the process at once. SIGHUP is ignored: stock restic probes whether the owner of a lock
/// is alive by sending a real SIGHUP to it.
///
/// The JDK offers signals in `sun.misc` alone, which compiles only with warnings that cannot be
/// turned off one by one; so it is reached by reflection.
final class Signals {
    private static final int INTERRUPTED = 130;

    private Signals() {}

    static void install(Thread worker) {
        AtomicInteger received = new AtomicInteger();
        Runnable stop =
                () -> {
                    if (received.incrementAndGet() > 1) Runtime.getRuntime().halt(INTERRUPTED);
                    worker.interrupt();
                };
        handle("INT", stop);
        handle("TERM", stop);
        handle("HUP", () -> {});
    }

    @SuppressWarnings("ReferenceEquality") // a proxy equals itself alone
    private static void handle(String signal, Runnable action) {
        try {
            Class<?> signals = Class.forName("sun.misc.Signal");
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            InvocationHandler proxy =
                    (self, method, arguments) ->
                            switch (method.getName()) {
                                case "handle" -> {
                                    action.run();
                                    yield null;
                                }
                                case "equals" -> self == arguments[0];
                                case "hashCode" -> System.identityHashCode(self);
                                default -> "handler of " + signal;
                            };
            Object handler =
                    Proxy.newProxyInstance(
                            Main.class.getClassLoader(), new Class<?>[] {handlers}, proxy);
            signals.getMethod("handle", signals, handlers)
                    .invoke(
                            null,
                            signals.getConstructor(String.class).newInstance(signal),
                            handler);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            System.err.println("warning: no handler for SIG" + signal + ": " + e);
        }
    }
}
