package io.sluice.examples.spring;

import io.sluice.spring.SluiceTemplate;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** What the shop tells everybody. Thread-safe. */
@Component
class News {

  private final SluiceTemplate template;

  News(SluiceTemplate template) {
    this.template = template;
  }

  // snippet: template
  /** Its id, when it is as safe as the hub promises. */
  CompletableFuture<String> tell(Object story) {
    return template.send("news/shop", "story", story); // text as it is, the rest as JSON
  }
  // end
}
