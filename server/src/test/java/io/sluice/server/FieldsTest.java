package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

  @Test
  void areWrittenInOrderAsLinesAndInLowerCaseForHttp2() {
    Fields fields = Fields.of("Content-Type", "text/plain").and("Vary", "Origin");
    assertThat(fields).hasToString("Content-Type: text/plain\r\nVary: Origin\r\n");
    Http2Headers headers = new DefaultHttp2Headers();
    fields.addTo(headers);
    assertThat(headers.get("content-type")).asString().isEqualTo("text/plain");
    assertThat(headers.get("vary")).asString().isEqualTo("Origin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nInjected: b", "a\rb", "a\nb", "a\u0000b", "\u00e4", "a\u007fb"})
  void valuesCantSmuggleLines(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> Fields.of("X", value));
    assertThatIllegalArgumentException().isThrownBy(() -> Fields.NONE.and("X", value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\n", "\u00e4", "a\""})
  void namesAreTokens(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Fields.of(name, "x"));
  }

  @Test
  void nothingAddedIsNothingChanged() {
    Fields fields = Fields.of("A", "b");
    assertThat(fields.and(Fields.NONE)).isSameAs(fields);
    assertThat(Fields.NONE.and(fields)).isSameAs(fields);
  }
}
