/** Who is in which channel: told as events on {@code <channel>/@presence}, and to who asks. */
@NullMarked
package io.sluice.presence;

import org.jspecify.annotations.NullMarked;
