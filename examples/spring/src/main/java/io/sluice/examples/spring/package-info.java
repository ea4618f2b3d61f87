/** A shop on Spring Boot: its page shows the orders of whoever is logged in as they change. */
@org.jspecify.annotations.NullMarked
package io.sluice.examples.spring;
