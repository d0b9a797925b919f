// The second limit of `submit`: what receiving, hashing, sealing and storing the bytes of a form cost in a
// bare server on one thread, without a form, pages, mails or search. Runs until its parent lets go.
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { chunkBytes } from '../journey.ts';

const pool = new pg.Pool({ ...(JSON.parse(process.argv[2]!) as pg.PoolConfig), max: 10 });
const key = randomBytes(32);
let next = 0;

function seal(plain: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = [nonce, cipher.update(plain), cipher.final()];
  return Buffer.concat([...sealed, cipher.getAuthTag()]);
}

async function receive(body: http.IncomingMessage): Promise<void> {
  const client = await pool.connect();
  const id = next++;
  let number = 0;
  const store = async (block: Buffer): Promise<void> => {
    await client.query('insert into bench_bodies values ($1, $2, $3)', [id, number, seal(block)]);
    number += 1;
  };
  try {
    await client.query('begin');
    const hash = createHash('sha256');
    const block = Buffer.allocUnsafe(chunkBytes);
    let filled = 0;
    for await (const bytes of body as AsyncIterable<Buffer>) {
      hash.update(bytes);
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + chunkBytes - filled);
        filled += bytes.copy(block, filled, at, end);
        at = end;
        if (filled < chunkBytes) continue;
        await store(block);
        filled = 0;
      }
    }
    if (filled > 0) await store(block.subarray(0, filled));
    hash.digest();
    await client.query('commit');
  } finally {
    client.release();
  }
}

await pool.query('create table bench_bodies (id bigint, number int, data bytea not null)');
await pool.query('alter table bench_bodies alter column data set storage external');
const server = http.createServer((request, response) => {
  receive(request).then(
    () => response.writeHead(204).end(),
    () => response.writeHead(500).end(),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
process.once('disconnect', () => process.exit(0));
