-- A node says that it goes. Its members count a while longer, so that who was sent away can come back elsewhere.
-- KEYS: nodes; runs; nodes whose members count; its members; its places
-- ARGV: name, run, how long its members count in ms
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then
  return {0}
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[5])
local linger = tonumber(ARGV[3])
if linger > 0 then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[3], time[1] * 1000 + math.floor(time[2] / 1000) + linger, ARGV[1])
  redis.call('PEXPIRE', KEYS[4], linger)
else
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('DEL', KEYS[4])
end
return {1}
