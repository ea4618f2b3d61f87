package io.sluice.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code haproxy/}, with the machine's HAProxy. */
class HaproxyIT extends ProxyContract {

  @Override
  Proxy start(List<Integer> hubs, Certificate certificate, Path folder) throws IOException {
    Program haproxy = Program.find("haproxy");
    int port = Proxy.freePort();
    String configuration = Proxy.read("haproxy/haproxy.cfg");
    for (int number = 1; number <= 2; number++) {
      String server = "server hub" + number;
      configuration =
          number <= hubs.size()
              ? Proxy.replaced(
                  configuration,
                  server + " 10\\.0\\.0\\.1\\d:8080",
                  server + " 127.0.0.1:" + hubs.get(number - 1))
              : Proxy.replaced(configuration, "^ *" + server + " .*$", "");
    }
    configuration = Proxy.replaced(configuration, "bind :443", "bind 127.0.0.1:" + port);
    configuration =
        Proxy.replaced(configuration, "/etc/haproxy/tls/sluice.pem", certificate.both().toString());
    configuration =
        Proxy.replaced(
            configuration,
            "/etc/haproxy/away.http",
            Path.of("haproxy/away.http").toAbsolutePath().toString());
    configuration = Proxy.replaced(configuration, "maxconn 200000", "maxconn 1000");
    Path file = Files.writeString(folder.resolve("haproxy.cfg"), configuration);
    return Proxy.start(
        haproxy.command("-db", "-f", file.toString()), folder.resolve("haproxy.log"), port);
  }
}
