/*
 * What the reference programs have in common: sockets, HTTP/1.1 and channels, and nothing else.
 *
 * One thread, one epoll. A GET subscribes to the channel named by its path, a POST publishes its
 * body to it. How an event gets to the subscribers is what the programs differ in, so that is left
 * to them: they define the functions at the end of this file.
 *
 * Written to be measured against, not to be deployed: there are no limits, no time-outs, no history.
 */
#ifndef HUB_H
#define HUB_H

#include <stddef.h>
#include <stdint.h>

struct subscriber {
  int fd;
  struct channel *channel;
  size_t place;          /* index in the channel's subscribers */
  int awaiting_writable; /* the socket was full: epoll tells when it isn't any more */
  uint64_t cursor;       /* cursor.c: position in the channel's log up to which all was sent */
  char *pending;         /* floor.c: what the socket didn't take, allocated when first needed */
  size_t pending_begin, pending_end;
};

struct channel {
  char *path;
  struct channel *next; /* in its hash bucket */
  struct subscriber **subscribers;
  size_t count, capacity;
  char *log; /* cursor.c: the encoded events from log_start on */
  size_t log_size, log_capacity;
  uint64_t log_start;
  struct channel *next_touched; /* cursor.c: channels published to in this round */
  int touched;
};

/* Events that subscribers didn't get because they were too slow; printed on SIGTERM. */
extern uint64_t dropped;

/* Asks epoll to call subscriber_writable, or no longer to. */
void await_writable(struct subscriber *s, int wanted);

/*
 * Ends a subscriber whose socket failed. It's taken off its channel at once (the last one takes its
 * place) and freed at the end of the round, so that events already taken from epoll stay valid.
 */
void close_subscriber(struct subscriber *s);

/* Defined by each program. */
void subscriber_joined(struct subscriber *s);
void subscriber_writable(struct subscriber *s);
void event_published(struct channel *c, const char *event, size_t size);
void round_ended(void);

#endif
