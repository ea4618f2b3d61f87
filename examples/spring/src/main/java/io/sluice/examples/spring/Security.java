package io.sluice.examples.spring;

import io.sluice.event.ChannelPattern;
import io.sluice.spring.SubscriptionPolicy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Who comes in, and who sees what. */
@Configuration(proxyBeanMethods = false)
class Security {

  // snippet: policy
  @Bean
  SubscriptionPolicy subscriptions() {
    ChannelPattern news = ChannelPattern.parse("news/**");
    return (caller, channel) ->
        news.covers(channel)
            || (!caller.isAnonymous()
                && ChannelPattern.parse("users/" + caller.name() + "/**").covers(channel));
  }

  // end

  @Bean
  SecurityFilterChain filters(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .httpBasic(Customizer.withDefaults())
        .csrf(csrf -> csrf.disable()) // only because what this example does is no harm
        .build();
  }

  @Bean
  UserDetailsService users() {
    return new InMemoryUserDetailsManager(
        User.withUsername("alice").password("{noop}secret").build(),
        User.withUsername("bob").password("{noop}secret").build());
  }
}
