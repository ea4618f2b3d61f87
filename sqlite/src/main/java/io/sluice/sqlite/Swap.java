package io.sluice.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Puts a file in another's place, which is kept beside it with all that belongs to it.
 *
 * <p>Stateless.
 */
final class Swap {

  /** What belongs to a database: itself, its write-ahead log, the index of that. */
  static final List<String> ENDS = List.of("", "-wal", "-shm");

  private Swap() {}

  /** Returns where the old one is now. */
  static Path run(Path file, Path by, String end) throws IOException {
    Path kept = file.resolveSibling(file.getFileName() + "." + end);
    for (int i = 2; isTaken(kept); i++) {
      kept = file.resolveSibling(file.getFileName() + "." + end + "." + i);
    }
    for (String each : ENDS) {
      Path part = file.resolveSibling(file.getFileName() + each);
      if (Files.exists(part)) {
        Files.move(part, file.resolveSibling(kept.getFileName() + each));
      }
    }
    Files.move(by, file, StandardCopyOption.ATOMIC_MOVE);
    return kept;
  }

  private static boolean isTaken(Path path) {
    return ENDS.stream()
        .anyMatch(end -> Files.exists(path.resolveSibling(path.getFileName() + end)));
  }
}
