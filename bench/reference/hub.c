#define _GNU_SOURCE
#include "hub.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS_PER_ROUND = 1024, READ_SIZE = 64 * 1024, MAX_REQUEST = 4 * 1024 * 1024 };
enum { BUCKETS = 1 << 17 };

/* A connection is a client until its GET; from then on it's a subscriber. */
struct connection {
  int fd;
  char *held; /* a request that hasn't arrived as a whole yet */
  size_t held_size;
  struct subscriber *subscriber;
  struct connection *next_closed;
};

static const char stream_head[] =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-cache, no-transform\r\n"
    "Connection: close\r\n"
    "\r\n"
    "retry: 2000\n\n";
static const char accepted[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
static const char refused[] =
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

uint64_t dropped;

static int epoll_fd;
static volatile sig_atomic_t stopping;
static uint64_t last_id;
static struct channel *buckets[BUCKETS];
static struct connection *closed; /* freed at the end of the round */
static char *encoded;
static size_t encoded_capacity;

static void *checked(void *memory) {
  if (memory == NULL) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct channel *channel_at(const char *path, size_t length) {
  uint64_t hash = 14695981039346656037u; /* FNV-1a */
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)path[i]) * 1099511628211u;
  struct channel **bucket = &buckets[hash % BUCKETS];
  for (struct channel *c = *bucket; c != NULL; c = c->next)
    if (strlen(c->path) == length && memcmp(c->path, path, length) == 0) return c;
  struct channel *c = checked(calloc(1, sizeof *c));
  c->path = checked(strndup(path, length));
  c->next = *bucket;
  return *bucket = c;
}

static void close_connection(struct connection *c) {
  close(c->fd);
  c->fd = -1;
  c->next_closed = closed;
  closed = c;
}

static void free_closed(void) {
  while (closed != NULL) {
    struct connection *c = closed;
    closed = c->next_closed;
    if (c->subscriber != NULL) free(c->subscriber->pending);
    free(c->subscriber);
    free(c->held);
    free(c);
  }
}

/* A subscriber's epoll entry carries its connection, so the way back is a table by descriptor. */
static struct connection **by_fd;
static size_t by_fd_size;

static void remember(struct connection *c) {
  if ((size_t)c->fd >= by_fd_size) {
    size_t size = by_fd_size == 0 ? 1024 : by_fd_size;
    while (size <= (size_t)c->fd) size *= 2;
    by_fd = checked(realloc(by_fd, size * sizeof *by_fd));
    memset(by_fd + by_fd_size, 0, (size - by_fd_size) * sizeof *by_fd);
    by_fd_size = size;
  }
  by_fd[c->fd] = c;
}

void await_writable(struct subscriber *s, int wanted) {
  if (s->awaiting_writable == wanted) return;
  s->awaiting_writable = wanted;
  struct epoll_event e = {.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.ptr = by_fd[s->fd]};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, s->fd, &e) < 0) fail("epoll_ctl");
}

void close_subscriber(struct subscriber *s) {
  if (s->fd < 0) return;
  struct channel *channel = s->channel;
  struct subscriber *last = channel->subscribers[--channel->count];
  channel->subscribers[s->place] = last;
  last->place = s->place;
  struct connection *c = by_fd[s->fd];
  s->fd = -1;
  close_connection(c);
}

static void subscribe(struct connection *c, struct channel *channel) {
  if (send(c->fd, stream_head, sizeof stream_head - 1, MSG_NOSIGNAL) < 0) {
    close_connection(c);
    return;
  }
  struct subscriber *s = checked(calloc(1, sizeof *s));
  s->fd = c->fd;
  s->channel = channel;
  s->place = channel->count;
  if (channel->count == channel->capacity) {
    channel->capacity = channel->capacity == 0 ? 1 : 2 * channel->capacity;
    channel->subscribers = checked(
        realloc(channel->subscribers, channel->capacity * sizeof *channel->subscribers));
  }
  channel->subscribers[channel->count++] = s;
  c->subscriber = s;
  subscriber_joined(s);
}

/* One event in wire format: an id line, a data line for each line of the body, a blank line. */
static size_t encode(const char *body, size_t size) {
  size_t lines = 1;
  for (size_t i = 0; i < size; i++) lines += body[i] == '\n';
  size_t most = 64 + size + lines * sizeof "data: \n";
  if (most > encoded_capacity) encoded = checked(realloc(encoded, encoded_capacity = 2 * most));
  char *to = encoded + sprintf(encoded, "id: ref0-%llu\n", (unsigned long long)++last_id);
  for (const char *end = body + size;;) {
    const char *newline = memchr(body, '\n', (size_t)(end - body));
    size_t length = (size_t)((newline == NULL ? end : newline) - body);
    to = mempcpy(to, "data: ", 6);
    to = mempcpy(to, body, length);
    *to++ = '\n';
    if (newline == NULL) break;
    body = newline + 1;
  }
  *to++ = '\n';
  return (size_t)(to - encoded);
}

static size_t content_length(const char *head, size_t size) {
  static const char name[] = "\ncontent-length:";
  for (const char *at = head; (at = memchr(at, '\n', size - (size_t)(at - head))) != NULL; at++)
    if (size - (size_t)(at - head) > sizeof name &&
        strncasecmp(at, name, sizeof name - 1) == 0)
      return strtoull(at + sizeof name - 1, NULL, 10);
  return 0;
}

/* Serves the first request in the bytes; answers how long it was, 0 if it isn't whole yet. */
static size_t serve(struct connection *c, const char *bytes, size_t size) {
  const char *head_end = memmem(bytes, size, "\r\n\r\n", 4);
  if (head_end == NULL || head_end - bytes < 6) return 0;
  size_t head = (size_t)(head_end - bytes) + 4;
  size_t body = content_length(bytes, head);
  if (body > size - head) return 0;
  int get = memcmp(bytes, "GET ", 4) == 0;
  const char *path = bytes + (get ? 4 : 5);
  const char *path_end = memchr(path, ' ', head - (size_t)(path - bytes));
  if (path_end == NULL || !(get || memcmp(bytes, "POST ", 5) == 0)) {
    send(c->fd, refused, sizeof refused - 1, MSG_NOSIGNAL);
    close_connection(c);
    return size;
  }
  struct channel *channel = channel_at(path, (size_t)(path_end - path));
  if (get) {
    subscribe(c, channel);
    return size;
  }
  /* Answered first: the publisher prepares its next event while this one goes out. */
  if (send(c->fd, accepted, sizeof accepted - 1, MSG_NOSIGNAL) < 0) close_connection(c);
  size_t event = encode(bytes + head, body);
  event_published(channel, encoded, event);
  return head + body;
}

static void end(struct connection *c) {
  if (c->subscriber != NULL)
    close_subscriber(c->subscriber);
  else
    close_connection(c);
}

static void readable(struct connection *c) {
  static char received[READ_SIZE];
  ssize_t n = recv(c->fd, received, sizeof received, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    end(c);
    return;
  }
  if (c->subscriber != NULL) return; /* a subscriber has nothing more to say */
  char *bytes = received;
  size_t size = (size_t)n;
  if (c->held_size > 0) {
    if (c->held_size + size > MAX_REQUEST) {
      end(c);
      return;
    }
    c->held = checked(realloc(c->held, c->held_size + size));
    memcpy(c->held + c->held_size, received, size);
    bytes = c->held;
    size += c->held_size;
  }
  size_t done = 0, served;
  while (done < size && c->fd >= 0 && (served = serve(c, bytes + done, size - done)) > 0)
    done += served;
  size -= done;
  if (size > 0 && bytes == received) c->held = checked(realloc(c->held, size));
  if (size > 0) memmove(c->held, bytes + done, size);
  c->held_size = size;
}

static void accept_all(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = checked(calloc(1, sizeof *c));
    c->fd = fd;
    remember(c);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0) fail("epoll_ctl");
  }
  if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) fail("accept");
}

static int listen_on(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(fd, 4096) < 0) fail("listen");
  return fd;
}

static void stop(int signal) {
  (void)signal;
  stopping = 1;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s PORT\n", argv[0]);
    return 2;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  struct sigaction on_stop = {.sa_handler = stop};
  sigaction(SIGTERM, &on_stop, NULL);
  sigaction(SIGINT, &on_stop, NULL);

  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_on(atoi(argv[1]));
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &e) < 0) fail("epoll_ctl");

  static struct epoll_event events[EVENTS_PER_ROUND];
  while (!stopping) {
    int n = epoll_wait(epoll_fd, events, EVENTS_PER_ROUND, -1);
    for (int i = 0; i < n; i++) {
      struct connection *c = events[i].data.ptr;
      if (c == NULL) {
        accept_all(listener);
        continue;
      }
      if (c->fd >= 0 && events[i].events & EPOLLOUT) subscriber_writable(c->subscriber);
      if (c->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(c);
    }
    round_ended();
    free_closed();
  }
  fprintf(stderr, "published %llu, dropped %llu\n", (unsigned long long)last_id,
          (unsigned long long)dropped);
  return 0;
}
