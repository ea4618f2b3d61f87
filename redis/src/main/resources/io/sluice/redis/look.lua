-- Looks whether the log is still the one that the node knows, and how far it is.
--
-- KEYS[1]  meta
-- ARGV     prefix
-- returns  epoch, server, head, time of the server in ms, time of the newest event, events, bytes,
--          evicted, channels, the floor of what was forgotten
local now = redis.call('TIME')
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'server', 'head', 'time', 'events', 'kept', 'evicted', 'forgotten')
return {meta[1] or '', meta[2] or '', meta[3] or '0',
  string.format('%.0f', tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)),
  meta[4] or '0', meta[5] or '0', meta[6] or '0', meta[7] or '0',
  redis.call('ZCARD', ARGV[1] .. 'names'), meta[8] or '0'}
