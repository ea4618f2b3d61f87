package io.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextTemplateTest {

  record Item(String name) {}

  public static final class Order {
    public long getId() {
      return 42;
    }

    public Item item() {
      return new Item("tea");
    }

    public Optional<String> note() {
      return Optional.empty();
    }
  }

  private static String fill(String template, Object from) {
    return new TextTemplate(template).fill(names -> Properties.follow(from, names));
  }

  @Test
  void placesTakePropertiesOfObjectsRecordsAndMaps() {
    assertThat(fill("orders/{id}/{item.name}", new Order())).isEqualTo("orders/42/tea");
    assertThat(fill("{a.b}", Map.of("a", Map.of("b", 7)))).isEqualTo("7");
    assertThat(fill("news", "x")).isEqualTo("news");
  }

  @Test
  void valueThatWouldNameAnotherChannelIsRefused() {
    for (String value : List.of("a/b", "*", "**", "")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fill("users/{name}", new Item(value)))
          .withMessageContaining("{name}");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fill("{note}", new Order()))
        .withMessageContaining("null");
  }

  @Test
  void missingPropertyIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fill("{size}", new Item("tea")))
        .withMessageContaining("has no property size");
  }

  @Test
  void bracesThatDontMatchAreRefused() {
    for (String wrong : List.of("a/{b", "a}", "{}", "{a..b}", "{a b}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new TextTemplate(wrong))
          .withMessageContaining(wrong);
    }
  }
}
