-- A node says that it is there, and hears who is.
-- KEYS: nodes by the end of their lease; the run that each name stands for; nodes whose members count, by that end;
--       this node's members; this node's places; the number of the newest revocation
-- ARGV: name, run, lease in ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. now)) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('HDEL', KEYS[2], dead)
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. now)
local run = redis.call('HGET', KEYS[2], ARGV[1])
if run and run ~= ARGV[2] then
  return {-1}
end
local ends = now + tonumber(ARGV[3])
redis.call('ZADD', KEYS[1], ends, ARGV[1])
redis.call('ZADD', KEYS[3], ends, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[4], ARGV[3])
redis.call('PEXPIRE', KEYS[5], ARGV[3])
local answer = {run and 1 or 0, redis.call('GET', KEYS[6]) or '0'}
for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  answer[#answer + 1] = node
end
return answer
