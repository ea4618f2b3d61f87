package io.sluice.cli;

import io.sluice.server.HistorySettings;
import io.sluice.server.InvalidSettingsException;
import io.sluice.server.SettingOption;
import io.sluice.server.Settings;
import io.sluice.server.SettingsLoader;
import io.sluice.sqlite.UnusableFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the commands that work on the file of a history, and how they fail. */
final class HistoryFileOptions {

  /** What such a command does. */
  @FunctionalInterface
  interface Work {
    /** Answers the exit code. */
    int run() throws IOException;
  }

  private final SettingsLoader loader;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "The directory that the hub keeps its history in (default: what its settings say).",
      })
  private @Nullable Path data;

  @Option(names = "--file", paramLabel = "FILE", description = "The file itself: a backup, say.")
  private @Nullable Path file;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The hub's settings (default: SLUICE_CONFIG's). The variables that the hub reads hold"
              + " here too.")
  private @Nullable String config;

  HistoryFileOptions() {
    // The heap that the hub's history needs is another process's.
    this(new SettingsLoader(System.getenv(), Files::readString, Long.MAX_VALUE));
  }

  /**
   * @param loader reads the hub's settings
   */
  HistoryFileOptions(SettingsLoader loader) {
    this.loader = loader;
  }

  /**
   * Which file. The settings are read only if the command line doesn't say.
   *
   * @throws ParameterException if nothing says
   * @throws InvalidSettingsException if the settings that might say are wrong
   */
  Path file() {
    if (data != null && file != null) {
      throw wrong("--data and --file are two answers to one question");
    }
    if (file != null) {
      return file;
    }
    if (data != null) {
      return HistorySettings.fileIn(data);
    }
    return settings()
        .history()
        .file()
        .orElseThrow(
            () ->
                wrong(
                    "which history? Name the hub's --data DIR, or a --file, or have its settings"
                        + " say so: --config, or SLUICE_HISTORY_STORE and SLUICE_HISTORY_DATA"));
  }

  /**
   * The hub's settings, with the directory that the command line says.
   *
   * @throws InvalidSettingsException if they are wrong
   */
  Settings settings() {
    Path directory = file == null ? data : file.toAbsolutePath().getParent();
    return loader
        .load(config, directory == null ? List.of() : SettingOption.data(directory.toString()))
        .settings();
  }

  /** The words with which these options say the same in another command. */
  String again() {
    if (file != null) {
      return " --file " + file;
    }
    return data == null ? "" : " --data " + data;
  }

  /** Does the work, and tells in a line why it can't be done. */
  int attempt(Work work) {
    Notices notices = notices();
    try {
      return work.run();
    } catch (InvalidSettingsException e) {
      return WrongSettings.tell(e, spec.commandLine().getErr());
    } catch (UnusableFileException e) {
      notices.tell(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      notices.tell(reason(e));
    }
    return ExitCode.SOFTWARE;
  }

  /** What is told beside the output. */
  Notices notices() {
    return new Notices(spec.commandLine().getErr());
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "there is no file or directory " + e.getFile();
      case FileAlreadyExistsException e ->
          e.getFile() + " is there already: choose another name, or delete it first";
      case AccessDeniedException e -> "may not read or write " + e.getFile();
      case FileSystemException e when e.getReason() != null ->
          "can't read or write " + e.getFile() + ": " + e.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
