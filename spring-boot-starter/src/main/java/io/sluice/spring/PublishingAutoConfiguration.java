package io.sluice.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/** Publishes what annotated methods return, and annotated application events. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnBean(SluiceTemplate.class)
public class PublishingAutoConfiguration {

  @Bean
  EventBridge sluiceBridge(SluiceTemplate template) {
    return new EventBridge(new EventPublishing(template));
  }

  // Made before other beans: the template, which needs some of them, comes when there is something
  // to publish.
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static PublishEventsPostProcessor sluicePublishing(ObjectProvider<SluiceTemplate> template) {
    return new PublishEventsPostProcessor(new PublishEventsInterceptor(template::getObject));
  }
}
