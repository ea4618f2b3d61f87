package io.sluice.spring;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.client.SluiceClient;
import io.sluice.hub.Hub;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health and meters. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
public class OperatingAutoConfiguration {

  /** Where there is a health endpoint. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
  static class OfHealth {

    @Bean
    @ConditionalOnBean(Hub.class)
    @ConditionalOnEnabledHealthIndicator("sluice")
    @ConditionalOnMissingBean(name = "sluiceHealthIndicator")
    HubHealth sluiceHealthIndicator(Hub hub) {
      return new HubHealth(hub);
    }

    @Bean
    @ConditionalOnBean(SluiceClient.class)
    @ConditionalOnEnabledHealthIndicator("sluice")
    @ConditionalOnMissingBean(name = {"sluiceHealthIndicator", "sluiceRemoteHealthIndicator"})
    RemoteHealth sluiceRemoteHealthIndicator(SluiceClient client) {
      return new RemoteHealth(client.url());
    }
  }

  /** Where there is Micrometer. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class OfMeters {

    @Bean
    @ConditionalOnBean(Hub.class)
    HubMeters sluiceMeters(Hub hub) {
      return new HubMeters(hub);
    }
  }
}
