package io.sluice.examples.chat;

import io.sluice.examples.site.Launch;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Site;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The chat. */
@Command(name = "chat", description = "Rooms, private messages, who is there and who is typing.")
public final class Chat implements Callable<Integer> {

  @Mixin private final Launch launch = new Launch();

  @Override
  public Integer call() throws InterruptedException {
    return launch.run(8090, Chat::open);
  }

  static Site open(Place place) throws IOException {
    Site site =
        Site.open(
            new Site.Plan(
                Chat.class,
                "chat",
                place,
                Map.of("rules", "{\"rooms/*\": {subscribe: authenticated}}"),
                name -> name.equals("admin") ? Set.of("admin") : Set.of()));
    return site.start();
  }
}
