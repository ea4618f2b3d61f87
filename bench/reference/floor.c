/*
 * floor: the least that a hub can do without batching. As soon as an event was published, each
 * subscriber of its channel is sent it, with one send(2) per subscriber and event.
 */
#include "hub.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MAX_PENDING = 1024 * 1024 };

void subscriber_joined(struct subscriber *s) { (void)s; }

void round_ended(void) {}

/* Answers how much the socket took, or -1 when the subscriber was closed. */
static ssize_t offer(struct subscriber *s, const char *bytes, size_t size) {
  ssize_t sent = send(s->fd, bytes, size, MSG_NOSIGNAL);
  if (sent >= 0) return sent;
  if (errno == EAGAIN) return 0;
  close_subscriber(s);
  return -1;
}

static void keep(struct subscriber *s, const char *bytes, size_t size) {
  if (s->pending == NULL && (s->pending = malloc(MAX_PENDING)) == NULL) {
    close_subscriber(s);
    return;
  }
  memcpy(s->pending + s->pending_end, bytes, size);
  s->pending_end += size;
  await_writable(s, 1);
}

static void deliver(struct subscriber *s, const char *event, size_t size) {
  if (s->pending_end > 0) {
    /* Events are dropped whole: what is left of the stream stays well-formed. */
    if (size > MAX_PENDING - s->pending_end)
      dropped++;
    else
      keep(s, event, size);
    return;
  }
  ssize_t sent = offer(s, event, size);
  if (sent < 0 || (size_t)sent == size) return;
  if (size - (size_t)sent > MAX_PENDING)
    close_subscriber(s);
  else
    keep(s, event + sent, size - (size_t)sent);
}

void event_published(struct channel *c, const char *event, size_t size) {
  /* Backwards, because one that is closed on the way is replaced by the last. */
  for (size_t i = c->count; i-- > 0;) deliver(c->subscribers[i], event, size);
}

void subscriber_writable(struct subscriber *s) {
  ssize_t sent = offer(s, s->pending + s->pending_begin, s->pending_end - s->pending_begin);
  if (sent < 0) return;
  s->pending_begin += (size_t)sent;
  if (s->pending_begin < s->pending_end) return;
  s->pending_begin = s->pending_end = 0;
  await_writable(s, 0);
}
