/** A hub in a program's own process, without HTTP: publish, subscribe, resume, miss. */
@NullMarked
package io.sluice.examples.embedded;

import org.jspecify.annotations.NullMarked;
