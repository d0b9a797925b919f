import { parseArgs } from 'node:util';
import { benchDocument } from './document.ts';
import { benchEnumeration } from './enumeration.ts';
import { benchFront } from './front.ts';
import { benchList } from './list.ts';
import { benchMail } from './mail.ts';
import { benchReading } from './reading.ts';
import { benchSlowNetwork } from './slow-network.ts';
import { benchStart } from './start.ts';
import { benchSubmit } from './submit.ts';
import { benchUpload } from './upload.ts';

/** `dataDir`: where databases are kept that take long to make. */
const benches: Record<string, (options: { dataDir?: string | undefined }) => Promise<void>> = {
  submit: benchSubmit,
  reading: benchReading,
  upload: benchUpload,
  document: benchDocument,
  front: benchFront,
  mail: benchMail,
  start: benchStart,
  list: benchList,
  'slow-network': benchSlowNetwork,
  enumeration: benchEnumeration,
};

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' } },
});
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  process.stderr.write(
    `No benchmark is called ${unknown.join(', ')}. There is: ${Object.keys(benches).join(', ')}.\n`,
  );
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(benches))
  await benches[name]!({ dataDir: values.data });
