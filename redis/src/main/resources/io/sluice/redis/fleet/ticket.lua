-- Keeps a ticket; of somebody who has too many, the one that ends first goes.
-- KEYS: the ticket; its owner's tickets by their end
-- ARGV: what it stands for, ttl in ms, its hash, what keys of tickets begin with, how many somebody may have
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then
  local first = redis.call('ZPOPMIN', KEYS[2])
  redis.call('DEL', ARGV[4] .. first[1])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[2]), ARGV[3])
redis.call('PEXPIRE', KEYS[2], math.max(tonumber(ARGV[2]), redis.call('PTTL', KEYS[2])))
return {1}
