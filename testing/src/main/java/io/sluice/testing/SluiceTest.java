package io.sluice.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Has a real hub started for each test that asks for it: by a parameter of type {@link TestHub},
 * {@link io.sluice.client.SluiceClient} (a client of that hub) or {@link StreamProbe} (of the
 * channels that {@link Channels} names, else of all).
 *
 * <pre>{@code
 * @SluiceTest
 * class ShippingTest {
 *   @Test
 *   void shippingIsTold(TestHub hub, @Channels("orders/*") StreamProbe probe) {
 *     new Shipping(hub.url()).ship(42);
 *     probe.expect("order-shipped").within(ofSeconds(2)).withData("{\"order\":42}");
 *   }
 * }
 * }</pre>
 *
 * <p>Parameters of one test, and of its {@code @BeforeEach} and {@code @AfterEach}, are about the
 * same hub; it is closed after them. One that {@code @BeforeAll} or a constructor of a test class
 * with one instance asks for is shared by all of the class.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(SluiceExtension.class)
public @interface SluiceTest {

  /** Settings of the hub, each {@code name=value}, as in its configuration file. */
  String[] settings() default {};

  /** Whether history is kept in a file, so that {@link TestHub#restart} loses nothing. */
  boolean durable() default false;
}
