import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Bound to the version of the package, and to the user, who alone may write there. */
const unpackedFolder = (): string =>
  path.join(tmpdir(), `feder-chromium-147.0.0-${process.getuid?.() ?? 'user'}`);

// The file that comes with the package names folders of that cloud, and the system's would be missing
// where there are no fonts at all.
const fontsOf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${folder}/home</cachedir>
</fontconfig>
`;

/**
 * Unpacks the browser of @sparticuz/chromium with its libraries and fonts; some seconds the first
 * time. The package knows one place, the folder for temporary files, and unpacks its libraries only
 * where it believes to run in a certain cloud.
 */
async function unpackBrowser(): Promise<string> {
  const folder = unpackedFolder();
  if (existsSync(folder)) return folder;
  const { TMPDIR, AWS_EXECUTION_ENV, LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
  const staging = mkdtempSync(`${folder}-`);
  Object.assign(process.env, { TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' });
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    await packed.executablePath();
  } finally {
    const before = { TMPDIR, AWS_EXECUTION_ENV, LD_LIBRARY_PATH, FONTCONFIG_PATH };
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  mkdirSync(path.join(staging, 'home'));
  writeFileSync(path.join(staging, 'fonts', 'fonts.conf'), fontsOf(folder));
  try {
    renameSync(staging, folder);
  } catch {
    // Another test file was faster.
    rmSync(staging, { recursive: true, force: true });
  }
  return folder;
}

async function optionsForUnpacked(): Promise<LaunchOptions> {
  const folder = await unpackBrowser();
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    executablePath: path.join(folder, 'chromium'),
    env: {
      ...Object.fromEntries(inherited),
      HOME: path.join(folder, 'home'),
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: path.join(folder, 'fonts'),
    },
  };
}

const common: LaunchOptions = {
  // It needs rights that containers and root do not give; the browser sees our own pages only.
  chromiumSandbox: false,
  args: [
    // Else each way to another page starts a process, which takes longer than the page itself.
    '--renderer-process-limit=1',
    // The cores have other tests to run: fewer and later collections of garbage, on the page's thread.
    '--js-flags=--single-threaded --min-semi-space-size=32',
  ],
};

/**
 * A browser without a window: the system's where there is one that starts, else the one that came
 * with the packages.
 */
export async function openBrowser(): Promise<Browser> {
  for (const executablePath of systemBrowsers.filter((one) => existsSync(one))) {
    try {
      return await chromium.launch({ ...common, executablePath });
    } catch {
      // Some systems have a file there that only tells how to install a browser.
    }
  }
  return await chromium.launch({ ...common, ...(await optionsForUnpacked()) });
}
