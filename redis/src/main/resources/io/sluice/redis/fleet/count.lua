-- Says how many places this node has in accounts.
-- KEYS: its places
-- ARGV: lease in ms, whether these are all, then account and number of each
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[1])
end
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '0' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {1}
