package io.sluice.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** {@code nginx/}, with the machine's nginx. */
class NginxIT extends ProxyContract {

  @Override
  Proxy start(List<Integer> hubs, Certificate certificate, Path folder) throws IOException {
    int port = Proxy.freePort();
    String site = site(hubs);
    site = Proxy.replaced(site, "listen 443 ssl", "listen 127.0.0.1:" + port + " ssl");
    site = Proxy.replaced(site, "/etc/nginx/tls/chain.pem", certificate.chain().toString());
    site = Proxy.replaced(site, "/etc/nginx/tls/key.pem", certificate.key().toString());
    return start(site, folder, 1024, port);
  }

  /** The same without TLS, for many clients. */
  static Proxy plain(List<Integer> hubs, Path folder) throws IOException {
    int port = Proxy.freePort();
    String site = site(hubs);
    site = Proxy.replaced(site, "listen 443 ssl http2", "listen 127.0.0.1:" + port);
    site = Proxy.replaced(site, "^ *ssl_.*$", "");
    return start(site, folder, 16_384, port);
  }

  private static String site(List<Integer> hubs) throws IOException {
    String site = Proxy.read("nginx/sluice.conf");
    String servers =
        hubs.stream()
            .map(hub -> "    server 127.0.0.1:" + hub + " max_fails=1 fail_timeout=5s;\n")
            .collect(Collectors.joining());
    site = Proxy.replaced(site, "(    server 10\\.0\\.0\\.1\\d:8080 [^;]*;\\n)+", servers);
    return Proxy.replaced(site, "Host \\$http_host;", "Host localhost;");
  }

  private static Proxy start(String site, Path folder, int connections, int port)
      throws IOException {
    Program nginx = Program.find("nginx");
    Path siteFile = Files.writeString(folder.resolve("sluice.conf"), site);

    String main = Proxy.read("nginx/nginx.conf");
    main = Proxy.replaced(main, "^user .*$", "");
    main = Proxy.replaced(main, "worker_connections 65536", "worker_connections " + connections);
    main = Proxy.replaced(main, "worker_rlimit_nofile .*$", "");
    main = Proxy.replaced(main, "/run/nginx.pid", folder.resolve("nginx.pid").toString());
    main = Proxy.replaced(main, "/var/log/nginx/error.log", "stderr");
    main = Proxy.replaced(main, "    include /etc/nginx/mime.types;\n", temporary(folder));
    main = Proxy.replaced(main, "/etc/nginx/sluice.conf", siteFile.toString());
    Path mainFile = Files.writeString(folder.resolve("nginx.conf"), main);

    return Proxy.start(
        nginx.command(
            "-p",
            folder.toString(),
            "-c",
            mainFile.toString(),
            "-e",
            "stderr",
            "-g",
            "daemon off;"),
        folder.resolve("nginx.log"),
        port);
  }

  /** Where it may write, whoever it runs as. */
  static String temporary(Path folder) {
    return List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi").stream()
        .map(name -> "    " + name + "_temp_path " + folder.resolve(name) + ";\n")
        .collect(Collectors.joining());
  }
}
