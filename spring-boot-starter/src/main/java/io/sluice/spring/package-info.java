/**
 * Sluice inside Spring Boot: a hub in the application's process, or somewhere else, behind one
 * {@link io.sluice.spring.SluiceTemplate}.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.spring;
