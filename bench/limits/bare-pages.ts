// The limit of `front`: one page from memory by `node:http`. Runs until its parent lets go.
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type KeptBytes = { body: string; headers: Record<string, string> };

let page = Buffer.alloc(0);
let headers: Record<string, string> = {};
const server = http.createServer((request, response) => {
  if (request.headers['if-none-match']) response.writeHead(304, { etag: headers.etag }).end();
  else response.writeHead(200, { ...headers, 'content-length': page.length }).end(page);
});
process.on('message', (given: KeptBytes) => {
  page = Buffer.from(given.body, 'base64');
  headers = given.headers;
  process.send!('ready');
});
server.listen(0, '127.0.0.1', () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
process.once('disconnect', () => process.exit(0));
