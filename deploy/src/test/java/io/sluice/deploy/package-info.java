/** Tries the configurations of this directory with the programs that they are for. */
@NullMarked
package io.sluice.deploy;

import org.jspecify.annotations.NullMarked;
