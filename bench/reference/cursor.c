/*
 * cursor: the least that a hub can do with batching. A channel is one log of encoded events and a
 * subscriber a position in it. After each round of publishes (what one epoll_wait brought), each
 * subscriber of a channel that got something is sent all that it hasn't had, with one send(2).
 */
#include "hub.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MAX_LOG = 64 * 1024 * 1024 };

static struct channel *touched; /* channels that got events in this round */

void subscriber_joined(struct subscriber *s) {
  s->cursor = s->channel->log_start + s->channel->log_size;
}

static void advance(struct subscriber *s) {
  struct channel *c = s->channel;
  uint64_t head = c->log_start + c->log_size;
  size_t behind = (size_t)(head - s->cursor);
  const char *unsent = c->log + (s->cursor - c->log_start);
  ssize_t sent = behind == 0 ? 0 : send(s->fd, unsent, behind, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    close_subscriber(s);
    return;
  }
  if (sent > 0) s->cursor += (uint64_t)sent;
  await_writable(s, s->cursor < head);
}

void subscriber_writable(struct subscriber *s) { advance(s); }

void event_published(struct channel *c, const char *event, size_t size) {
  if (c->log_size + size > c->log_capacity) {
    c->log_capacity = 2 * (c->log_size + size);
    if ((c->log = realloc(c->log, c->log_capacity)) == NULL) abort();
  }
  memcpy(c->log + c->log_size, event, size);
  c->log_size += size;
  if (c->touched) return;
  c->touched = 1;
  c->next_touched = touched;
  touched = c;
}

/* Drops what everyone has had. Who is more than the whole log behind is closed and counted. */
static void trim(struct channel *c) {
  uint64_t head = c->log_start + c->log_size, oldest = head;
  for (size_t i = 0; i < c->count; i++)
    if (c->subscribers[i]->cursor < oldest) oldest = c->subscribers[i]->cursor;
  if (c->log_size > MAX_LOG) {
    for (size_t i = c->count; i-- > 0;)
      if (c->subscribers[i]->cursor < head) {
        dropped++;
        close_subscriber(c->subscribers[i]);
      }
    oldest = head;
  }
  /* Moving bytes is worth it only where most of them go. */
  size_t gone = (size_t)(oldest - c->log_start);
  if (gone < c->log_size / 2) return;
  memmove(c->log, c->log + gone, c->log_size - gone);
  c->log_size -= gone;
  c->log_start = oldest;
}

void round_ended(void) {
  while (touched != NULL) {
    struct channel *c = touched;
    touched = c->next_touched;
    c->touched = 0;
    /* Backwards, because one that is closed on the way is replaced by the last. */
    for (size_t i = c->count; i-- > 0;)
      if (!c->subscribers[i]->awaiting_writable) advance(c->subscribers[i]);
    trim(c);
  }
}
