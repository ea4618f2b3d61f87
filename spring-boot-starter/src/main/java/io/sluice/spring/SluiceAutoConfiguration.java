package io.sluice.spring;

import io.micrometer.observation.ObservationRegistry;
import io.sluice.client.SluiceClient;
import io.sluice.hub.Hub;
import io.sluice.server.HubOpening;
import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** What every application has that uses the starter: a hub, or the way to one, and a template. */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
    })
@EnableConfigurationProperties(SluiceProperties.class)
public class SluiceAutoConfiguration {

  /** A hub in this process. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(name = "sluice.mode", havingValue = "embedded", matchIfMissing = true)
  static class Embedded {

    @Bean
    @ConditionalOnMissingBean
    Settings sluiceSettings(Environment environment, SluiceProperties properties) {
      return HubSettings.read(environment, properties.serve() == SluiceProperties.Serve.PORT);
    }

    /** Serves it on a port of its own, from when it is made. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "sluice.serve", havingValue = "port")
    SluiceServer sluiceServer(Settings settings) throws IOException {
      return SluiceServer.start(settings);
    }

    @Bean
    @ConditionalOnMissingBean
    Hub sluiceHub(Settings settings, ObjectProvider<SluiceServer> server) {
      SluiceServer serving = server.getIfAvailable();
      return serving == null ? HubOpening.open(settings, InstantSource.system()) : serving.hub();
    }

    @Bean
    HubLifecycle sluiceLifecycle(Hub hub, Settings settings, ObjectProvider<SluiceServer> server) {
      SluiceServer serving = server.getIfAvailable();
      return new HubLifecycle(
          serving == null ? () -> hub.drain(settings.drain()) : () -> drained(serving));
    }

    private static CompletableFuture<Void> drained(SluiceServer server) {
      return CompletableFuture.runAsync(
          () -> {
            try {
              server.drain();
            } catch (InterruptedException stopped) {
              Thread.currentThread().interrupt();
            }
          },
          Thread::startVirtualThread);
    }

    @Bean
    @ConditionalOnMissingBean(EventSink.class)
    EventSink sluiceSink(Hub hub) {
      return (events, key) ->
          hub.publish(events, key)
              .thenApply(receipt -> receipt.ids().stream().map(Object::toString).toList());
    }
  }

  /** A hub somewhere else. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(name = "sluice.mode", havingValue = "remote")
  static class Remote {

    @Bean
    @ConditionalOnMissingBean
    SluiceClient sluiceClient(SluiceProperties properties) {
      SluiceProperties.Remote remote = properties.remote();
      URI url = remote.url();
      if (url == null) {
        throw new IllegalStateException(
            "sluice.remote.url is missing; with sluice.mode=remote it says where the hub is, such"
                + " as http://127.0.0.1:8080");
      }
      SluiceClient.Builder client = SluiceClient.builder(url.toString());
      String token = remote.token();
      if (token != null && !token.isEmpty()) {
        client.token(token);
      }
      return client.build();
    }

    @Bean
    @ConditionalOnMissingBean(EventSink.class)
    EventSink sluiceSink(SluiceClient client) {
      return new RemoteSink(client);
    }
  }

  @Bean
  @ConditionalOnMissingBean
  PayloadConverter sluicePayloads(ObjectProvider<JsonMapper> mapper) {
    return new JsonPayloads(mapper.getIfUnique(JsonMapper::shared));
  }

  @Bean
  @ConditionalOnBean(EventSink.class)
  @ConditionalOnMissingBean
  SluiceTemplate sluiceTemplate(
      EventSink sink, PayloadConverter payloads, ObjectProvider<ObservationRegistry> observations) {
    return new SluiceTemplate(
        sink, payloads, observations.getIfUnique(() -> ObservationRegistry.NOOP));
  }
}
