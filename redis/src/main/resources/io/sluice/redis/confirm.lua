-- Says to all nodes that replicas have the log up to a sequence: only then they show it.
--
-- KEYS[1]  meta
-- ARGV     prefix, epoch, sequence
-- returns  'ok' or 'fork'
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'confirmed')
if meta[1] ~= ARGV[2] then
  return {'fork'}
end
if tonumber(ARGV[3]) > tonumber(meta[3] or '0') then
  redis.call('HSET', KEYS[1], 'confirmed', ARGV[3])
  -- Ids of a stream rise: the second part tells this from the batch that ends at the head.
  local second = redis.call('HINCRBY', KEYS[1], 'confirms', 1) + 1
  redis.call('XADD', ARGV[1] .. 'tail', meta[2] .. '-' .. second, 'c', ARGV[3])
end
return {'ok'}
