-- Takes a place in each account, or in none. Nodes say how many they have, not how many more.
-- KEYS: nodes by the end of their lease; this node's places
-- ARGV: what keys of places begin with, name, lease in ms, then account, own and bound of each
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local nodes = redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')
for i = 4, #ARGV, 3 do
  local all = tonumber(ARGV[i + 1])
  for _, node in ipairs(nodes) do
    if node ~= ARGV[2] then
      all = all + tonumber(redis.call('HGET', ARGV[1] .. node, ARGV[i]) or 0)
    end
  end
  if all > tonumber(ARGV[i + 2]) then
    return {(i - 4) / 3}
  end
end
for i = 4, #ARGV, 3 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return {-1}
