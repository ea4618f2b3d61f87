package io.sluice.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code caddy/}, with the machine's Caddy. */
class CaddyIT extends ProxyContract {

  private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\..*", Pattern.DOTALL);

  @Override
  boolean answersHttp1WhileItAsks() {
    return knowsFullDuplex(Program.find("caddy"));
  }

  @Override
  Proxy start(List<Integer> hubs, Certificate certificate, Path folder) throws IOException {
    Program caddy = Program.find("caddy");
    int port = Proxy.freePort();
    String configuration = Proxy.read("caddy/Caddyfile");
    configuration =
        Proxy.replaced(
            configuration,
            "10.0.0.11:8080 10.0.0.12:8080",
            hubs.stream().map(hub -> "127.0.0.1:" + hub).collect(Collectors.joining(" ")));
    configuration =
        Proxy.replaced(
            configuration,
            "^events.example \\{",
            "https://127.0.0.1:"
                + port
                + " {\n\tbind 127.0.0.1\n\ttls "
                + certificate.chain()
                + " "
                + certificate.key());
    configuration =
        Proxy.replaced(
            configuration, "^\\{\\n", "{\n\tadmin off\n\tauto_https disable_redirects\n");
    configuration =
        Proxy.replaced(
            configuration,
            "header_up -Forwarded",
            "header_up -Forwarded\n\t\theader_up Host localhost");
    configuration = Proxy.replaced(configuration, "grace_period 60s", "grace_period 1s");
    if (!knowsFullDuplex(caddy)) {
      configuration = Proxy.replaced(configuration, "^\\s*enable_full_duplex$", "");
    }
    Path file = Files.writeString(folder.resolve("Caddyfile"), configuration);
    return Proxy.start(
        caddy.command("run", "--adapter", "caddyfile", "--config", file.toString()),
        folder.resolve("caddy.log"),
        port);
  }

  /** From 2.8 on; Debian 12 has 2.6. */
  private static boolean knowsFullDuplex(Program caddy) {
    try {
      Matcher version = VERSION.matcher(caddy.run("version").output().strip());
      if (!version.matches()) {
        throw new IllegalStateException("no version of Caddy");
      }
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      return major > 2 || (major == 2 && minor >= 8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
