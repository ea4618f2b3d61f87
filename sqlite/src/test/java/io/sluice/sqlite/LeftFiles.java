package io.sluice.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a store as a process leaves them that is killed: what is taken from an open store
 * and put back, over the same files, after it was closed.
 */
final class LeftFiles {

  private static final List<String> ENDS = List.of("", "-wal", ".lock");

  private final Map<Path, byte[]> contents = new HashMap<>();

  static LeftFiles of(Path file) throws IOException {
    LeftFiles files = new LeftFiles();
    for (String end : ENDS) {
      Path one = file.resolveSibling(file.getFileName() + end);
      files.contents.put(one, Files.readAllBytes(one));
    }
    return files;
  }

  /** Closes a store, and leaves its files as if it had been killed before. */
  static void kill(StoreInUse in, Path file) throws IOException {
    LeftFiles files = of(file);
    in.close();
    files.putBack();
  }

  void putBack() throws IOException {
    for (var each : contents.entrySet()) {
      Files.write(each.getKey(), each.getValue());
    }
  }
}
