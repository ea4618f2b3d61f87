package io.sluice.spring;

import java.lang.reflect.Method;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Puts {@link PublishEventsInterceptor} around the beans with annotated methods: outside of their
 * transactions, so that a method's own is committed before its events are made. What annotations
 * say is checked when the bean is made.
 *
 * <p>Used by one thread, while beans are made.
 */
final class PublishEventsPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

  private static final long serialVersionUID = 1L;

  private final transient PublishEventsInterceptor interceptor;

  PublishEventsPostProcessor(PublishEventsInterceptor interceptor) {
    this.interceptor = interceptor;
    this.advisor =
        new DefaultPointcutAdvisor(
            AnnotationMatchingPointcut.forMethodAnnotation(PublishEvents.class), interceptor);
    setBeforeExistingAdvisors(true);
    setProxyTargetClass(true);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
    for (Method method :
        MethodIntrospector.selectMethods(
            type,
            (Method candidate) ->
                AnnotatedElementUtils.hasAnnotation(candidate, PublishEvents.class))) {
      var unused = interceptor.rule(method);
    }
    return super.postProcessAfterInitialization(bean, name);
  }
}
