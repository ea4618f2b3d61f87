-- Says who is where through this node. Field '' counts the changes: whoever misses one notices.
-- KEYS: this node's members
-- ARGV: lease in ms, whether these are all, the channel of messages, name, then whose and number of each
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[1])
  local time = redis.call('TIME')
  redis.call('HSET', KEYS[1], '', string.format('%.0f', time[1] * 1000000 + time[2]))
end
local number = 0
for i = 5, #ARGV, 2 do
  if ARGV[i + 1] == '0' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
  number = redis.call('HINCRBY', KEYS[1], '', 1)
  if ARGV[2] ~= '1' then
    redis.call('PUBLISH', ARGV[3], ARGV[4] .. '\n' .. string.format('%.0f', number) .. '\n' .. ARGV[i + 1] .. '\n' .. ARGV[i])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {1}
