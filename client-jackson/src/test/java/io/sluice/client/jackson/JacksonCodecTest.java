package io.sluice.client.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Codec;
import io.sluice.client.CodecException;
import io.sluice.client.ReceivedEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class JacksonCodecTest {

  record Order(int id, String state) {}

  private final Codec<Order> orders = JacksonCodec.of(Order.class);

  @Test
  void whatIsWrittenReadsBack() {
    Order order = new Order(42, "shipped");

    assertThat(orders.encode(order)).isEqualTo("{\"id\":42,\"state\":\"shipped\"}");
    assertThat(orders.decode(orders.encode(order))).isEqualTo(order);
  }

  @Test
  void typesMayHaveParameters() {
    Codec<List<Order>> lists = JacksonCodec.of(new TypeReference<>() {}, JsonMapper.shared());

    assertThat(lists.decode("[{\"id\":1,\"state\":\"new\"}]")).containsExactly(new Order(1, "new"));
  }

  @Test
  void dataOfAnotherKindNamesItsEvent() {
    ReceivedEvent event = new ReceivedEvent("k3f9-18", "shipped", "orders/42", "[1]", null);

    assertThatThrownBy(() -> event.data(orders))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("k3f9-18")
        .hasMessageContaining("Order");
  }

  @Test
  void nullIsNoValue() {
    assertThatThrownBy(() -> orders.decode("null")).isInstanceOf(CodecException.class);
  }
}
