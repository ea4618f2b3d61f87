// A broadcaster as everyone writes it with Node: a Set of responses for each channel, and one
// write per client and event.
import { createServer } from 'node:http';

const channels = new Map();
let lastId = 0;

function subscribe(path, response) {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
  });
  response.write('retry: 2000\n\n');
  if (!channels.has(path)) channels.set(path, new Set());
  const clients = channels.get(path);
  clients.add(response);
  response.on('close', () => {
    clients.delete(response);
    if (clients.size === 0 && channels.get(path) === clients) channels.delete(path);
  });
}

function publish(path, body) {
  const data = body.split('\n').map((line) => `data: ${line}\n`).join('');
  const event = `id: ref0-${++lastId}\n${data}\n`;
  for (const client of channels.get(path) ?? []) client.write(event);
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    subscribe(request.url, response);
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text) => (body += text));
  request.on('end', () => {
    publish(request.url, body);
    response.end();
  });
});

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit(0));
