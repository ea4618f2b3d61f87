package io.sluice.examples.site;

import io.sluice.sqlite.UnusableFileException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that every application has, and its life as a process: open, say where, and end in
 * good order at Ctrl-C or SIGTERM.
 *
 * <p>One caller at a time.
 */
public final class Launch {

  private static final int MAX_PORT = 65_535;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The application's port on 127.0.0.1; 0 for any that is free")
  private @Nullable Integer port;

  @Option(
      names = "--hub-port",
      paramLabel = "N",
      description = "Its hub's port; by default the one after --port")
  private @Nullable Integer hubPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where it keeps what it knows; it is made if it isn't there")
  private @Nullable Path data;

  /** Opens and starts an application. */
  @FunctionalInterface
  public interface Opening {
    /** See {@link Site#open}. */
    Site open(Place place) throws IOException;
  }

  /**
   * Runs an application until it is told to stop.
   *
   * @param usualPort where it is without {@code --port}
   * @return the exit code: 1 if it couldn't be opened, and then why was printed
   */
  public int run(int usualPort, Opening opening) throws InterruptedException {
    Place place = place(usualPort);
    Site site;
    try {
      site = opening.open(place);
    } catch (BindException e) {
      return failed("port " + place.port() + " or " + place.hubPort() + " is taken: --port 0");
    } catch (IOException | UnusableFileException e) {
      return failed(String.valueOf(e.getMessage()));
    }
    CountDownLatch over = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(site, over), "stop"));
    var out = spec().commandLine().getOut();
    out.printf("%s is on %s%n", spec().name(), site.origin());
    out.printf("its hub is on %s, and all that it keeps in %s%n", site.hubOrigin(), place.data());
    out.flush();
    over.await();
    return ExitCode.OK;
  }

  private static void drain(Site site, CountDownLatch over) {
    try {
      site.drain();
    } catch (InterruptedException e) {
      site.close();
      Thread.currentThread().interrupt();
    } finally {
      over.countDown();
    }
  }

  private Place place(int usualPort) {
    int chosen = check("--port", port == null ? usualPort : port);
    int following = chosen == 0 ? 0 : chosen + 1;
    String below = System.getProperty("sluice.examples.data", "example-data");
    return new Place(
        chosen,
        check("--hub-port", hubPort == null ? following : hubPort),
        data == null ? Path.of(below, spec().name()) : data);
  }

  private int check(String option, int value) {
    if (value < 0 || value > MAX_PORT) {
      throw new ParameterException(
          spec().commandLine(), option + " " + value + " isn't a port: 0 to " + MAX_PORT);
    }
    return value;
  }

  private int failed(String why) {
    var err = spec().commandLine().getErr();
    err.println(spec().name() + " can't start: " + why);
    err.flush();
    return ExitCode.SOFTWARE;
  }

  private CommandSpec spec() {
    if (command == null) {
      throw new IllegalStateException("not an option of any command");
    }
    return command;
  }
}
