import type { Config } from './config.ts';
import type { Connection } from './db/client.ts';
import { type EmbeddedOptions, startEmbedded } from './db/embedded.ts';

/** The database that the configuration names: DATABASE_URL, or the embedded server in DATA_DIR. */
export async function openDatabase({
  config,
  holder,
  log,
}: { config: Pick<Config, 'databaseUrl' | 'dataDir'> } & Pick<
  EmbeddedOptions,
  'holder' | 'log'
>): Promise<{ connection: Connection; close(): Promise<void>; hurryShutdown(): Promise<void> }> {
  if (config.databaseUrl !== null) {
    const nothing = async () => {};
    return { connection: { url: config.databaseUrl }, close: nothing, hurryShutdown: nothing };
  }
  const { connection, stop, hurryShutdown } = await startEmbedded({
    dataDir: config.dataDir,
    holder,
    log,
  });
  return { connection, close: stop, hurryShutdown };
}
