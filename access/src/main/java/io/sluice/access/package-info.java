/**
 * Who may do what: identities and where they come from, permissions, limits. Knows nothing of HTTP
 * or sockets; the server asks, and answers its clients.
 */
@NullMarked
package io.sluice.access;

import org.jspecify.annotations.NullMarked;
