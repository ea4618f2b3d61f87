-- Takes a ticket out: however many ask, one gets it.
-- KEYS: the ticket
-- ARGV: its hash, what keys of owners begin with
local kept = redis.call('GETDEL', KEYS[1])
if not kept then
  return {}
end
redis.call('ZREM', ARGV[2] .. string.sub(kept, 1, 64), ARGV[1])
return {kept}
