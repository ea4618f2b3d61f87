package io.sluice.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to standard error: Sluice's own at the level of the setting {@code log}, that of
 * its libraries from warnings up. Logback finds it as a service; with {@code
 * -Dlogback.configurationFile=…} it leaves everything to that file.
 *
 * <p>Code, because reading the same from XML takes three times as long at every start: see {@code
 * docs/decisions/0002-console-log.md}.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class ConsoleLog extends ContextAwareBase implements Configurator {

  /** What the names of Sluice's own loggers begin with. */
  static final String SLUICE = "io.sluice";

  private static final int QUEUED_LINES = 8192;
  private static final int FLUSH_MILLIS = 1000;

  /** For Logback, which makes one. */
  public ConsoleLog() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (isConfiguredByFile()) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(queued(console(context), context));
    context.getLogger(SLUICE).setLevel(Level.INFO);
    // What is queued is written before the process ends.
    Runtime.getRuntime().addShutdownHook(new Thread(context::stop, "log-flush"));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
    LogLine line = new LogLine();
    line.setContext(context);
    line.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(line);
    console.start();
    return console;
  }

  /**
   * A terminal that is held with Ctrl-S, or a pipe that nobody reads, must not stop an event loop
   * that logs: lines wait in a queue, and when that is full they are lost.
   */
  private static AsyncAppender queued(
      ConsoleAppender<ILoggingEvent> console, LoggerContext context) {
    AsyncAppender queued = new AsyncAppender();
    queued.setContext(context);
    queued.setQueueSize(QUEUED_LINES);
    queued.setDiscardingThreshold(0);
    queued.setNeverBlock(true);
    queued.setMaxFlushTime(FLUSH_MILLIS);
    queued.addAppender(console);
    queued.start();
    return queued;
  }

  private static boolean isConfiguredByFile() {
    return System.getProperty("logback.configurationFile") != null;
  }

  /** Sets how much Sluice itself logs, unless a file says so. */
  static void setLevel(org.slf4j.event.Level level) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context && !isConfiguredByFile()) {
      context.getLogger(SLUICE).setLevel(Level.convertAnSLF4JLevel(level));
    }
  }
}
