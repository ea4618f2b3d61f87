package io.sluice.server;

import io.sluice.log.RetentionRules;
import io.sluice.server.HistorySettings.Store;
import io.sluice.server.HistorySettings.Sync;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The settings of what is kept, where and for how long. */
final class HistorySettingTable {

  static final Setting<Store> STORE =
      new Setting<>(
          "history.store",
          ScalarType.oneOf(Store.class, "memory or sqlite"),
          Store.MEMORY,
          "What holds the log: the hub's memory alone, or a file in history.data too.");
  static final Setting<Optional<Path>> DATA =
      AccessSettingTable.optional(
          "history.data",
          ScalarType.of("directory", "a directory", Path::of),
          "Where the file is; it is made if only its last part is missing.");
  static final Setting<Sync> SYNC =
      new Setting<>(
          "history.sync",
          ScalarType.oneOf(Sync.class, "full, normal or off"),
          Sync.FULL,
          "What a power cut may cost: nothing, the newest events, or the file; the end of the"
              + " process costs nothing.");
  static final Setting<Optional<ByteSize>> DISK =
      AccessSettingTable.optional(
          "history.disk",
          ScalarType.size("8MiB", "1024TiB"),
          "Most that the file may take; past it the heaviest channels give up their oldest"
              + " events.");
  static final Setting<ByteSize> MEMORY =
      new Setting<>(
          "history.memory",
          ScalarType.size("1MiB", "1TiB"),
          ByteSize.parse("256MiB"),
          "Memory for history, of the hub as a whole; at most 70 % of the Java heap.");
  static final Setting<RetentionRules> CHANNELS =
      new Setting<>(
          "history.channels",
          new RetentionType(),
          RetentionRules.DEFAULT,
          "How much of each channel is kept; the first pattern that matches counts.");

  static final List<Setting<?>> ALL = List.of(STORE, DATA, SYNC, DISK, MEMORY, CHANNELS);

  private HistorySettingTable() {}
}
