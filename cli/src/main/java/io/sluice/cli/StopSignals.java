package io.sluice.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first of either stops the server in good order, the second ends the
 * process at once, with the exit code by which shells know the signal (128 and its number).
 *
 * <p>Not a shutdown hook: the JVM runs hooks only on its way to exit code 143, and once they run it
 * no longer hears a second signal.
 *
 * <p>Thread-safe.
 */
final class StopSignals {

  private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
  private static final int SIGNALLED = 128;

  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Runnable stop;
  private final IntConsumer end;

  /**
   * @param stop run on a thread of its own at the first signal; may take its time
   * @param end run at every further signal, with the exit code
   */
  StopSignals(Runnable stop, IntConsumer end) {
    this.stop = stop;
    this.end = end;
  }

  /**
   * Handles the signals from now on. Where the JVM doesn't let go of them ({@code -Xrs}) it says
   * so, and they end the process as that JVM was told to.
   */
  void handle() {
    try {
      handle("TERM");
      handle("INT");
    } catch (ReflectiveOperationException e) {
      Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
      LOG.warn("SIGTERM ends the server without a drain: {}", String.valueOf(cause));
    }
  }

  /**
   * By reflection, as the compiler's warning for {@code sun.misc} can't be suppressed where
   * warnings are errors. The class is in the module jdk.unsupported for as long as Java has nothing
   * else.
   */
  private void handle(String name) throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    Object signal = signals.getConstructor(String.class).newInstance(name);
    int number = (int) signals.getMethod("getNumber").invoke(signal);
    MethodHandle received =
        MethodHandles.lookup().bind(this, "received", MethodType.methodType(void.class, int.class));
    MethodHandle withoutSignal =
        MethodHandles.dropArguments(MethodHandles.insertArguments(received, 0, number), 0, signals);
    Object handler = MethodHandleProxies.asInterfaceInstance(handlers, withoutSignal);
    signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
  }

  /** Takes one signal. */
  void received(int number) {
    if (stopping.compareAndSet(false, true)) {
      new Thread(stop, "stop").start();
    } else {
      end.accept(SIGNALLED + number);
    }
  }
}
