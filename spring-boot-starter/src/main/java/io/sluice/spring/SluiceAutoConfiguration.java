package io.sluice.spring;

import io.micrometer.observation.ObservationRegistry;
import io.sluice.hub.Hub;
import io.sluice.server.HubOpening;
import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.time.InstantSource;
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
      return serving == null
          ? HubOpening.open(settings, InstantSource.system()) : serving.hub();
    }

    @Bean
    HubLifecycle sluiceLifecycle(Hub hub, Settings settings) {
      return new HubLifecycle(hub, settings.drain());
    }

    @Bean
    @ConditionalOnMissingBean(EventSink.class)
    EventSink sluiceSink(Hub hub) {
      return (events, key) ->
          hub.publish(events, key)
              .thenApply(receipt -> receipt.ids().stream().map(Object::toString).toList());
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
