package io.sluice.spring;

import io.sluice.hub.Hub;
import io.sluice.server.Settings;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/** Serves a hub in this process through the application's own server, at a path. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnBean(Hub.class)
@ConditionalOnProperty(name = "sluice.serve", havingValue = "application", matchIfMissing = true)
public class ServingAutoConfiguration {

  @Bean
  ServingLoops sluiceLoops(Hub hub) {
    return new ServingLoops(hub);
  }

  @Bean
  EventsEndpoint sluiceEndpoint(
      Hub hub,
      ServingLoops loops,
      Settings settings,
      SluiceProperties properties,
      ObjectProvider<SubscriptionPolicy> subscribe,
      ObjectProvider<PublishPolicy> publish) {
    SubscriptionPolicy policy = subscribe.getIfAvailable(() -> everybody(properties));
    return new EventsEndpoint(
        hub,
        loops,
        new EventsEndpoint.Policies(policy, publish.getIfAvailable()),
        Math.toIntExact(settings.limits().event().bytes()));
  }

  private static SubscriptionPolicy everybody(SluiceProperties properties) {
    if (!properties.insecure()) {
      throw new MissingPolicyException(properties.path());
    }
    return (caller, channel) -> true;
  }

  /** Through a servlet container. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass(name = "jakarta.servlet.Servlet")
  static class OnServlets {

    @Bean
    ServletRegistrationBean<EventsServlet> sluiceServlet(
        EventsEndpoint endpoint, SluiceProperties properties) {
      ServletRegistrationBean<EventsServlet> registration =
          new ServletRegistrationBean<>(
              new EventsServlet(endpoint), properties.path(), properties.path() + "/*");
      registration.setName("sluice");
      registration.setAsyncSupported(true);
      return registration;
    }
  }

  /** Through a reactive server. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  static class OnWebFlux {

    // Before the application's own handlers, which often have one for every path.
    private static final int BEFORE_OTHERS = Ordered.HIGHEST_PRECEDENCE + 100;

    @Bean
    SimpleUrlHandlerMapping sluiceMapping(EventsEndpoint endpoint, SluiceProperties properties) {
      String path = properties.path();
      EventsHandler handler = new EventsHandler(endpoint, path);
      return new SimpleUrlHandlerMapping(
          Map.of(path, handler, path + "/**", handler), BEFORE_OTHERS);
    }
  }
}
