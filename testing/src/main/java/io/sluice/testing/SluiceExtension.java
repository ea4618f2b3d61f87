package io.sluice.testing;

import io.sluice.client.SluiceClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives tests what {@link SluiceTest} says. What it opened is closed by JUnit with the test's
 * store, the last first.
 *
 * <p>Stateless.
 */
final class SluiceExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(SluiceExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestHub.class || type == SluiceClient.class || type == StreamProbe.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    Store store = test.getStore(NAMESPACE);
    TestHub hub = store.computeIfAbsent(TestHub.class, unused -> start(test), TestHub.class);
    Class<?> type = parameter.getParameter().getType();
    if (type == TestHub.class) {
      return hub;
    }
    if (type == SluiceClient.class) {
      return hub.client();
    }
    return hub.probe(
        parameter.findAnnotation(Channels.class).map(Channels::value).orElse(new String[0]));
  }

  private static TestHub start(ExtensionContext test) {
    Optional<SluiceTest> annotation =
        AnnotationSupport.findAnnotation(test.getElement(), SluiceTest.class)
            .or(
                () ->
                    AnnotationSupport.findAnnotation(
                        test.getRequiredTestClass(), SluiceTest.class));
    TestHub.Builder hub = TestHub.builder();
    annotation.ifPresent(
        said -> {
          for (String setting : said.settings()) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
              throw new IllegalArgumentException(
                  "a setting of @SluiceTest is name=value, unlike " + setting);
            }
            hub.setting(setting.substring(0, equals), setting.substring(equals + 1));
          }
          hub.durable(said.durable());
        });
    try {
      return hub.start();
    } catch (IOException e) {
      throw new UncheckedIOException("the hub can't be started", e);
    }
  }
}
