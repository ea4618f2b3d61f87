package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.event.Publication;
import io.sluice.log.Append;
import io.sluice.log.Appended;
import io.sluice.log.Beginning;
import io.sluice.log.Draft;
import io.sluice.log.LogFullException;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.sqlite.SqliteOptions.Sync;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, can't be written to, or lie: on real mounts, and below a real process. */
class FaultyDiskIT {

  @TempDir Path directory;

  private final List<Path> mounts = new ArrayList<>();

  @AfterEach
  void unmount() throws Exception {
    for (Path mount : mounts) {
      run("umount", mount.toString());
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** A small file system of its own; only root may make one. */
  private Path mount(String options) throws Exception {
    Path mount = Files.createDirectory(directory.resolve("mount" + mounts.size()));
    int failed = run("mount", "-t", "tmpfs", "-o", options, "none", mount.toString());
    assumeTrue(failed == 0, "can't mount a tmpfs here: it takes root");
    mounts.add(mount);
    return mount;
  }

  private static SqliteStore open(Path file) {
    SqliteStore store = SqliteStore.open(options(file));
    store.start((first, time, drafts) -> {});
    return store;
  }

  private static SqliteOptions options(Path file) {
    return SqliteOptions.of(file)
        .withRules(
            RetentionRules.all(
                new Retention(1_000_000, null, Long.MAX_VALUE, Retention.Behind.GAP)));
  }

  private static CompletableFuture<Appended> append(SqliteStore store, int bytes) {
    return store.append(
        new Append(List.of(Draft.of(Publication.of("a", "x".repeat(bytes)))), null));
  }

  private static LogFullException fill(SqliteStore store) {
    for (int i = 0; i < 10_000; i++) {
      try {
        append(store, 20_000).join();
      } catch (CompletionException e) {
        assertThat(e.getCause()).isInstanceOf(LogFullException.class);
        return (LogFullException) e.getCause();
      }
    }
    throw new AssertionError("the disk doesn't get full");
  }

  @Test
  void aFullDiskRefusesEventsUntilThereIsRoom() throws Exception {
    Path mount = mount("size=8m");
    Path file = mount.resolve("log.db");
    Path ballast = mount.resolve("ballast");
    Files.write(ballast, new byte[3 << 20]);
    long newest;
    try (SqliteStore store = open(file)) {
      LogFullException full = fill(store);
      newest = store.newest();
      assertThat(full.reason()).isEqualTo(LogFullException.Reason.STORAGE);
      assertThat(full).hasMessageContaining("no room left for " + file);
      assertThat(store.trouble()).contains("no room left");
      assertThat(newest).isGreaterThan(10);
      // Reading goes on.
      var all = Wanted.of("**");
      assertThat(store.begin(all, new Beginning.Earliest(), newest).join().position()).isZero();
      // Nothing was used up by the attempts, and it works again by itself.
      assertThatThrownBy(() -> append(store, 20_000).join().first().sequence());
      assertThat(store.newest()).isEqualTo(newest);
      Files.delete(ballast);
      while (store.trouble() != null) {
        Thread.onSpinWait(); // its own timer finds that there is room
      }
      assertThat(append(store, 20_000).join().first().sequence()).isEqualTo(newest + 1);
    }
    assertThat(SqliteFile.check(file).problems()).isEmpty();
    try (SqliteStore store = open(file)) {
      assertThat(store.newest()).isEqualTo(newest + 1);
      assertThat(store.epochs().lives()).hasSize(1);
    }
  }

  @Test
  void aNearlyFullDiskStaysInTroubleUntilAsMuchAsFailedCanBeWritten() throws Exception {
    Path mount = mount("size=8m");
    Path ballast = mount.resolve("ballast");
    Files.write(ballast, new byte[3 << 20]);
    AtomicLong millis = new AtomicLong(1_000_000);
    SqliteOptions options = options(mount.resolve("log.db"));
    try (SqliteStore store =
        SqliteStore.openInline(options.withClock(() -> Instant.ofEpochMilli(millis.get())))) {
      store.start((first, time, drafts) -> {});
      fill(store);
      assertThat(store.trouble()).contains("no room left");
      try (FileChannel shorter = FileChannel.open(ballast, StandardOpenOption.WRITE)) {
        shorter.truncate((3 << 20) - (256 << 10));
      }
      for (int i = 0; i < 5; i++) {
        millis.addAndGet(5000);
        store.maintain();
        assertThat(store.trouble()).contains("no room left"); // that isn't enough for all
      }
      Files.delete(ballast);
      millis.addAndGet(5000);
      store.maintain();
      assertThat(store.trouble()).isNull();
      append(store, 20_000).join();
      assertThat(mount.resolve("log.db.trial")).doesNotExist();
    }
  }

  @Test
  void aFileSystemThatCantBeWrittenToIsNamed() throws Exception {
    Path mount = mount("size=8m");
    Path file = mount.resolve("log.db");
    open(file).close();
    run("mount", "-o", "remount,ro", mount.toString());
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining(mount.toString())
        .hasMessageMatching(".*(may not write|Read-only).*");
  }

  @Test
  void aDirectoryThatForbidsProgramsIsNamed() throws Exception {
    Path mount = mount("size=16m,noexec");
    Process process =
        AppendingProcess.command(
                directory.resolve("log.db"), Sync.FULL, 1, "-Dorg.sqlite.tmpdir=" + mount)
            .redirectError(ProcessBuilder.Redirect.PIPE)
            .start();
    String said;
    try (BufferedReader lines = process.errorReader()) {
      said = String.join("\n", lines.lines().toList());
    }
    assertThat(process.waitFor()).isNotZero();
    assertThat(said)
        .contains("SQLite's library can't be loaded: it is unpacked into " + mount)
        .contains("-Dorg.sqlite.tmpdir=DIR");
  }

  /**
   * A library that is loaded before all others makes the fsync of the write-ahead log fail, from
   * the moment on that a file appears.
   */
  private Path brokenFsync(Path trigger) throws Exception {
    Path source = directory.resolve("fsync.c");
    Path library = directory.resolve("fsync.so");
    Files.writeString(
        source,
        """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <unistd.h>
        static int broken(void) {
          if (access("%s", F_OK) == 0) { errno = EIO; return 1; }
          return 0;
        }
        int fsync(int fd) {
          int (*next)(int) = dlsym(RTLD_NEXT, "fsync");
          return broken() ? -1 : next(fd);
        }
        int fdatasync(int fd) {
          int (*next)(int) = dlsym(RTLD_NEXT, "fdatasync");
          return broken() ? -1 : next(fd);
        }
        """
            .formatted(trigger));
    int failed;
    try {
      failed = run("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl");
    } catch (IOException e) {
      failed = 1;
    }
    assumeTrue(failed == 0, "there is no C compiler here");
    return library;
  }

  @Test
  void aFailedFsyncIsNeverTakenForSuccess() throws Exception {
    Path trigger = directory.resolve("broken");
    Path file = directory.resolve("log.db");
    ProcessBuilder command = AppendingProcess.command(file, Sync.FULL, 1);
    command.environment().put("LD_PRELOAD", brokenFsync(trigger).toString());
    Process process = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> failures = new ArrayList<>();
    long answered = 0;
    int late = 0;
    try (BufferedReader lines = process.inputReader()) {
      int read = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (++read == 200) {
          Files.createFile(trigger);
        }
        if (line.startsWith("failed ")) {
          failures.add(line);
        } else if (!line.startsWith("open ")) {
          // Each of the others may still be about to print what the commit before answered.
          late += failures.isEmpty() ? 0 : 1;
          assertThat(late).as("answers after a failure, the last: " + line).isLessThan(8);
          List<String> words = List.of(line.split(" ", -1));
          answered =
              Math.max(answered, Long.parseLong(words.getFirst()) + (words.size() - 1) / 2 - 1);
        }
      }
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(failures)
        .hasSize(8)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("nothing is written to it any more until the hub is restarted"));
    Files.delete(trigger);
    assertThat(SqliteFile.check(file).problems()).isEmpty();
    try (SqliteStore store = open(file)) {
      assertThat(store.newest()).isGreaterThanOrEqualTo(answered);
    }
  }
}
