/**
 * What the example applications have in common: a web server for their pages and their API, the hub
 * beside it, and somebody signed in. Nothing of it is special to Sluice, or has to be copied.
 */
@NullMarked
package io.sluice.examples.site;

import org.jspecify.annotations.NullMarked;
