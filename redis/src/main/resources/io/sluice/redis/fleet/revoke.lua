-- Takes back an identity, for the longer of both times if it was taken back already.
-- KEYS: revocations; the same by number; by end; the number of the newest
-- ARGV: whose, until in ms, what was issued before in ms or -1, how many there may be
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)) do
  redis.call('HDEL', KEYS[1], old)
  redis.call('ZREM', KEYS[2], old)
  redis.call('ZREM', KEYS[3], old)
end
local ends, before = tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local knownEnd, knownBefore = string.match(known, '^(%-?%d+) (%-?%d+)$')
  ends = math.max(ends, tonumber(knownEnd))
  before = math.max(before, tonumber(knownBefore))
elseif redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then
  return {0}
end
local number = redis.call('INCR', KEYS[4])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %.0f', ends, before))
redis.call('ZADD', KEYS[2], number, ARGV[1])
redis.call('ZADD', KEYS[3], ends, ARGV[1])
return {number}
