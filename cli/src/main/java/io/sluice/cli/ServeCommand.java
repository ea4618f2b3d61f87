package io.sluice.cli;

import io.sluice.server.EffectiveSettings;
import io.sluice.server.InvalidSettingsException;
import io.sluice.server.ListenAddress;
import io.sluice.server.Settings;
import io.sluice.server.SettingsLoader;
import io.sluice.server.SluiceServer;
import io.sluice.sqlite.UnusableFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice serve}: the server, until a signal stops it. */
@Command(
    name = "serve",
    description = {
      "Serves the hub until Ctrl-C or SIGTERM, and then closes all streams in good order.",
      "",
      "Every option is a setting. It beats the variable of its name (--stream.retry is"
          + " SLUICE_STREAM_RETRY), which beats the configuration file. 'sluice config' shows what"
          + " holds.",
    },
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    usageHelpWidth = 100,
    optionListHeading = "%n",
    modelTransformer = SettingArguments.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped in good order",
      "1:could not listen, could not use its history, or could not stop in good order",
      "2:wrong settings",
      "130, 143:ended by a second signal",
    })
final class ServeCommand implements Callable<Integer> {

  private final SettingsLoader loader;

  @Spec private CommandSpec spec;

  ServeCommand() {
    this(SettingsLoader.ofProcess());
  }

  ServeCommand(SettingsLoader loader) {
    this.loader = loader;
  }

  /** Serves, and answers the exit code when it is over. */
  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    EffectiveSettings effective;
    try {
      effective = SettingArguments.load(spec.commandLine().getParseResult(), loader);
    } catch (InvalidSettingsException e) {
      return WrongSettings.tell(e, err);
    }
    Settings settings = effective.settings();
    ConsoleLog.setLevel(settings.log());
    SluiceServer server;
    try {
      server = SluiceServer.start(settings);
    } catch (InvalidSettingsException e) {
      // What is known only now: what is in the files of keys and certificates.
      return WrongSettings.tell(e, err);
    } catch (UnusableFileException e) {
      err.println("Sluice can't use its history: " + e.getMessage());
      err.flush();
      return ExitCode.SOFTWARE;
    } catch (IOException e) {
      err.println("Sluice can't listen on " + settings.listen() + ": " + reason(e));
      err.println("Somewhere else: --port 8081, --port 0 for any free port, or --listen.");
      err.flush();
      return ExitCode.SOFTWARE;
    }
    CompletableFuture<Integer> over = new CompletableFuture<>();
    new StopSignals(() -> drain(server, over), Runtime.getRuntime()::halt).handle();
    greet(server, settings);
    return over.join();
  }

  private static String reason(IOException failure) {
    return failure.getCause() instanceof UnresolvedAddressException
        ? "the name has no address"
        : String.valueOf(failure.getMessage());
  }

  private static void drain(SluiceServer server, CompletableFuture<Integer> over) {
    try {
      server.drain();
      over.complete(ExitCode.OK);
    } catch (InterruptedException | RuntimeException e) {
      over.completeExceptionally(e);
    }
  }

  private void greet(SluiceServer server, Settings settings) {
    ListenAddress address = new ListenAddress(settings.listen().host(), server.address().getPort());
    PrintWriter out = spec.commandLine().getOut();
    out.print(Greeting.text(address, settings));
    out.flush();
  }
}
