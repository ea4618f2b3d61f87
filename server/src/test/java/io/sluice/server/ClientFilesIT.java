package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientFilesIT {

  private final TestServer server =
      new TestServer(
          new Router()
              .route("GET", "/client.js", ClientFiles.script())
              .route("GET", "/client-worker.js", ClientFiles.worker())
              .route("GET", "/client.d.ts", ClientFiles.types()));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void theClientIsAModuleThatNamesItsTypes() throws IOException {
    RawClient.Response answer = get("/client.js");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(answer.field("X-TypeScript-Types")).isEqualTo("./client.d.ts");
    assertThat(answer.text()).containsPattern("export\\{[^}]*\\bas connect\\b");
  }

  @Test
  void theClientIsOneFileAndItsWorkerAnother() throws IOException {
    for (String path : new String[] {"/client.js", "/client-worker.js"}) {
      assertThat(get(path).text()).doesNotContainPattern("\\b(?:import|from)\\s*\\(?[\"']");
    }
  }

  @Test
  void theWorkerIsAScriptBesideTheClient() throws IOException {
    RawClient.Response answer = get("/client-worker.js");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(answer.text()).doesNotContainPattern("\\bexport\\b");
    assertThat(get("/client.js").text()).contains("./client-worker.js");
  }

  @Test
  void itsTypesAreBesideIt() throws IOException {
    RawClient.Response answer = get("/client.d.ts");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("Content-Type")).isEqualTo("application/typescript; charset=utf-8");
    assertThat(answer.text()).contains("export declare function connect").doesNotContain("import ");
  }

  @Test
  void browsersKeepItAndAskWhetherItIsTheSame() throws IOException {
    for (String path : new String[] {"/client.js", "/client-worker.js", "/client.d.ts"}) {
      RawClient.Response first = get(path);
      assertThat(first.field("Cache-Control")).isEqualTo("no-cache");
      assertThat(get(path, "If-None-Match: " + first.field("ETag")).status()).isEqualTo(304);
    }
  }

  private RawClient.Response get(String path, String... fields) throws IOException {
    try (RawClient client = server.connect()) {
      return client.request("GET", path, fields).response();
    }
  }
}
