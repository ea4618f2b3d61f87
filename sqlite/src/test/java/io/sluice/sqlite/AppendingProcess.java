package io.sluice.sqlite;

import io.sluice.event.Publication;
import io.sluice.log.Append;
import io.sluice.log.Draft;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.sqlite.SqliteOptions.Sync;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process of its own that appends until it is killed, and says on its standard output what it was
 * answered: a line for each append that is safe, {@code <first> <channel> <data> …}.
 */
final class AppendingProcess {

  /** What its channels keep; those of {@code few/} lose events all the time. */
  static final RetentionRules RULES =
      RetentionRules.DEFAULT
          .with("few/*", new Retention(20, null, Long.MAX_VALUE, Retention.Behind.GAP))
          .with("live", Retention.DEFAULT.withEvents(0))
          .with("**", new Retention(1_000_000, null, Long.MAX_VALUE, Retention.Behind.GAP));

  private static final int PUBLISHERS = 8;

  private AppendingProcess() {}

  /** Arguments: file, sync mode, seed. */
  public static void main(String[] arguments) throws InterruptedException {
    SqliteOptions options =
        SqliteOptions.of(Path.of(arguments[0]))
            .withSync(Sync.valueOf(arguments[1]))
            .withRules(RULES);
    long seed = Long.parseLong(arguments[2]);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    SqliteStore store = SqliteStore.open(options);
    store.start((first, time, drafts) -> {});
    print(out, "open " + store.epochs().current() + ' ' + store.newest());
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      Random random = new Random(seed * PUBLISHERS + i);
      String name = Long.toString(seed, 36) + '.' + i;
      publishers.add(Thread.ofPlatform().start(() -> publish(store, random, name, out)));
    }
    for (Thread publisher : publishers) {
      publisher.join();
    }
    store.close();
  }

  private static void publish(SqliteStore store, Random random, String name, PrintStream out) {
    for (int n = 0; ; n++) {
      List<Draft> drafts = new ArrayList<>();
      StringBuilder line = new StringBuilder();
      int count = random.nextInt(4) == 0 ? 1 + random.nextInt(30) : 1;
      for (int i = 0; i < count; i++) {
        String channel = channel(random);
        String data = name + '.' + n + '.' + i + '.' + "x".repeat(random.nextInt(200));
        drafts.add(Draft.of(Publication.of(channel, data)));
        line.append(' ').append(channel).append(' ').append(data);
      }
      try {
        String key = random.nextInt(5) == 0 ? name + '.' + n : null;
        long first = store.append(new Append(drafts, key)).join().first().sequence();
        print(out, first + line.toString());
      } catch (RuntimeException e) {
        print(out, "failed " + e.getMessage());
        return;
      }
    }
  }

  private static String channel(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "few/" + random.nextInt(10);
      case 1 -> "live";
      default -> "all/" + random.nextInt(40);
    };
  }

  // A line is one write: half of one is known by its missing end.
  private static void print(PrintStream out, String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (out) {
      try {
        out.write(bytes);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      out.flush();
    }
  }

  /** The command that starts it. */
  static ProcessBuilder command(Path file, Sync sync, long seed, String... jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvmOptions));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-Dslf4j.internal.verbosity=ERROR",
            "-cp",
            System.getProperty("java.class.path"),
            AppendingProcess.class.getName(),
            file.toString(),
            sync.name(),
            Long.toString(seed)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
