import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

let bundled: Promise<string> | undefined;

/**
 * The program of the reading process as one text, so that the process needs no file of ours: it gets it
 * by its standard input and may read nothing from the disk. Bundled when the first document is read.
 */
export function bundleProgram(): Promise<string> {
  bundled ??= bundle().catch((error: unknown) => {
    bundled = undefined;
    throw error;
  });
  return bundled;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
    ...{ bundle: true, write: false, platform: 'node', format: 'esm', target: 'node20' },
    // Draws pages where it is installed, which it is not.
    external: ['@napi-rs/canvas'],
    // yauzl is CommonJS.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom('file:///');",
    },
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}
