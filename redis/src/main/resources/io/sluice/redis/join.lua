-- A node comes, or comes back on another connection. Looks whether the log is still the one that
-- the node knows, on the server that it was on; if not, exactly one node forks a new life off it.
-- Then what the node sent before on other connections is of no effect any more: its generation is
-- over.
--
-- KEYS[1]  meta
-- ARGV     prefix, server, node, generation, epoch known or '', head known, name for a new life,
--          how many lives are remembered
-- returns  epoch, base, head, time, forked (0 or 1), what became of the node's last batch, lives
if redis.replicate_commands then redis.replicate_commands() end
local p, server, node, generation = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local known, knownHead, candidate = ARGV[5], tonumber(ARGV[6]), ARGV[7]
local JUMP = 10000000000

-- Far past all that anybody can have seen of the life before; whole decimal places stay readable.
local function beyond(sequence)
  return (math.floor(sequence / JUMP) + 2) * JUMP
end
local function text(number)
  return string.format('%.0f', number)
end

local meta = redis.call('HMGET', KEYS[1], 'epoch', 'base', 'head', 'server', 'time')
local epoch, base, head = meta[1], tonumber(meta[2] or '0'), tonumber(meta[3] or '0')
local time = meta[5] or '0'
local forked = 0
if not epoch then
  -- Nothing, or nothing any more: a life without a parent.
  base = knownHead > 0 and beyond(knownHead) or 0
  epoch = candidate
  redis.call('DEL', p .. 'lives')
  redis.call('RPUSH', p .. 'lives', epoch .. ' 0 ' .. text(base))
  forked = 1
elseif meta[4] ~= server
  or (known ~= '' and known == epoch and head < knownHead)
  or (known ~= '' and known ~= epoch and base <= knownHead and knownHead > 0) then
  -- Another server, or less than was there: what came after the head may be lost.
  base = beyond(math.max(head, knownHead))
  epoch = candidate
  redis.call('RPUSH', p .. 'lives', epoch .. ' ' .. text(head) .. ' ' .. text(base))
  redis.call('LTRIM', p .. 'lives', -tonumber(ARGV[8]), -1)
  forked = 1
end
if forked == 1 then
  head = base
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'base', text(base), 'head', text(head),
    'server', server, 'time', time)
  -- Who tails the log on this server sees it at once.
  redis.call('XADD', p .. 'tail', text(base) .. '-1', 'e', epoch)
end
local last = redis.call('GET', p .. 'node:' .. node)
local outcome = ''
if last then
  outcome = string.match(last, '^[^ ]* (.*)$') or ''
end
redis.call('SET', p .. 'node:' .. node, generation .. ' ' .. outcome, 'EX', 86400)
return {epoch, text(base), text(head), time, forked, outcome, redis.call('LRANGE', p .. 'lives', 0, -1)}
