import type { Socket } from 'node:net';
import type pg from 'pg';

/** Ends a connection without waiting for the other side. */
export function cut(client: pg.PoolClient): void {
  const { connection, end } = client as unknown as {
    connection: { stream: Socket };
    end(): Promise<void>;
  };
  // From here on the pool takes it for ending and hands it to nobody.
  end.call(client).catch(() => {});
  connection.stream.destroy();
}
