package io.sluice.examples.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example/orders/42?tab=parcels#2",
        "HTTP://shop.example",
        "http://127.0.0.1:8080/",
        "/orders/42",
        "orders/42",
        "?tab=2",
        "#top"
      })
  void sitesAndPathsAreLinks(String link) {
    assertThat(Link.check(link)).isEqualTo(link);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\u0001javascript:alert(1)",
        "javascript://shop.example/%0Aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "blob:https://shop.example/1",
        "file:///etc/passwd",
        "mailto:somebody@shop.example",
        "//elsewhere.example/",
        "///elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https:elsewhere.example",
        "https:///path",
        "https://"
      })
  void whatRunsScriptsOrLeadsAstrayIsRefused(String link) {
    assertThatThrownBy(() -> Link.check(link))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(link);
  }

  @Test
  void noLinkIsNoLink() {
    assertThat(Link.check(null)).isNull();
    assertThat(Link.check("")).isNull();
  }

  @Test
  void aLinkHasABound() {
    assertThat(Link.check("/" + "x".repeat(1999))).hasSize(2000);
    assertThatThrownBy(() -> Link.check("/" + "x".repeat(2000))).hasMessageContaining("2001");
  }
}
