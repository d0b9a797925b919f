import {
  closeSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { giveToOwner } from './embedded-account.ts';
import { systemCode } from './embedded-error.ts';
import { createMarkers, holdMarker, isHeld, waitUntil } from './embedded-marker.ts';

// Whoever runs the database of a DATA_DIR holds it by a folder `postgres.holder`, which is prepared
// under another name and renamed into place: renaming onto a folder that is not empty fails, so one
// of two starters wins, and nobody ever sees a half-made one. In it: holder.json, the marker `alive`
// (the holder's life) and the marker `guests` (held by every command that uses this database).

export type HolderKind = 'server' | 'command';

/** The DATA_DIR is ours until `release()`. */
export type Hold = {
  /** False when somebody moved or removed the folder; nothing may be started then. */
  isOurs(): boolean;
  recordSocketDir(dir: string): void;
  /** Resolves when no attached command is left; none can attach any more then. */
  dismissGuests(onWait: () => void): Promise<void>;
  /** No command can attach any more; those attached are not waited for. */
  closeToGuests(): void;
  release(): void;
};

/** Somebody else's hold. `stopping`: it lets nobody attach any more and will soon be free. */
export type OtherHold = { kind: HolderKind; pid: number; stopping: boolean };

export type TakenHold = { hold: Hold; deadSocketDirs: string[] };

const NAME = 'postgres.holder';

function markers(dir: string) {
  return {
    alive: path.join(dir, 'alive'),
    guests: path.join(dir, 'guests'),
    closed: path.join(dir, 'guests.closed'),
  };
}

type HolderFile = { kind: HolderKind; pid: number; socketDir?: string };

function readHolderFile(dir: string): HolderFile | undefined {
  try {
    return JSON.parse(readFileSync(path.join(dir, 'holder.json'), 'utf8')) as HolderFile;
  } catch {
    return undefined;
  }
}

/** Who holds the DATA_DIR now; undefined when nobody alive does. */
export function findHolder(dataDir: string): OtherHold | undefined {
  const dir = path.join(dataDir, NAME);
  const { alive, guests } = markers(dir);
  const file = readHolderFile(dir);
  if (!file || !isHeld(alive)) return undefined;
  const stopping = !statSync(guests, { throwIfNoEntry: false });
  return { kind: file.kind, pid: file.pid, stopping };
}

/** A word of its own for each hold by a server; undefined when no living server holds the DATA_DIR. */
export function identifyServerHold(dataDir: string): string | undefined {
  if (findHolder(dataDir)?.kind !== 'server') return undefined;
  const alive = statSync(markers(path.join(dataDir, NAME)).alive, { throwIfNoEntry: false });
  return alive && `${alive.ino}-${alive.mtimeMs}`;
}

/** Takes the DATA_DIR; undefined when somebody alive has it. */
export async function takeHold(dataDir: string, kind: HolderKind): Promise<TakenHold | undefined> {
  const deadSocketDirs: string[] = [];
  for (;;) {
    const prepared = await prepareHold(dataDir, kind);
    if (renamedInto(prepared.dir, path.join(dataDir, NAME))) {
      deadSocketDirs.push(...clearRemains(dataDir));
      return { hold: holdOf(dataDir, kind, prepared.aliveMarker), deadSocketDirs };
    }
    closeSync(prepared.aliveMarker);
    rmSync(prepared.dir, { recursive: true, force: true });
    if (findHolder(dataDir)) return undefined;
    const dead = setAsideDead(dataDir);
    if (dead) deadSocketDirs.push(dead);
  }
}

async function prepareHold(dataDir: string, kind: HolderKind) {
  const dir = mkdtempSync(path.join(dataDir, `${NAME}-`));
  const { alive, guests } = markers(dir);
  await createMarkers(dataDir, [alive, guests]);
  writeFileSync(path.join(dir, 'holder.json'), JSON.stringify({ kind, pid: process.pid }));
  giveToOwner(dataDir, [dir]);
  return { dir, aliveMarker: holdMarker(alive) };
}

function renamedInto(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    // ENOENT: another starter took the prepared folder for remains of a dead one.
    const code = systemCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

/** Moves a dead holder's folder away; returns the socket folder that it left. */
function setAsideDead(dataDir: string): string | undefined {
  const held = path.join(dataDir, NAME);
  const aside = path.join(dataDir, `${NAME}-dead-${process.pid}-${performance.now()}`);
  if (!renamedInto(held, aside)) return undefined;
  if (isHeld(markers(aside).alive)) {
    // Another starter took it between our look and our move: give it back.
    renamedInto(aside, held);
    return undefined;
  }
  const socketDir = readHolderFile(aside)?.socketDir;
  rmSync(aside, { recursive: true, force: true });
  return socketDir;
}

/** Removes what starters that died on the way left behind; a minute old, so that none is at work in it. */
function clearRemains(dataDir: string): string[] {
  return readdirSync(dataDir).flatMap((name) => {
    const dir = path.join(dataDir, name);
    if (!name.startsWith(`${NAME}-`)) return [];
    try {
      if (Date.now() - statSync(dir).mtimeMs < 60_000 || isHeld(markers(dir).alive)) return [];
      const socketDir = readHolderFile(dir)?.socketDir;
      rmSync(dir, { recursive: true, force: true });
      return socketDir ? [socketDir] : [];
    } catch {
      // Remains that resist do no harm.
      return [];
    }
  });
}

function holdOf(dataDir: string, kind: HolderKind, aliveMarker: number): Hold {
  const dir = path.join(dataDir, NAME);
  const { guests, closed } = markers(dir);
  const closeToGuests = () => {
    renamedInto(guests, closed);
  };
  const { ino } = statSync(dir);
  const isOurs = () => statSync(dir, { throwIfNoEntry: false })?.ino === ino;
  let released = false;
  return {
    isOurs,
    recordSocketDir(socketDir) {
      const file: HolderFile = { kind, pid: process.pid, socketDir };
      writeFileSync(path.join(dir, 'holder.json.new'), JSON.stringify(file));
      renameSync(path.join(dir, 'holder.json.new'), path.join(dir, 'holder.json'));
    },
    async dismissGuests(onWait) {
      if (isHeld(guests)) onWait();
      await waitUntil(() => !isHeld(guests));
      closeToGuests();
      await waitUntil(() => !isHeld(closed));
    },
    closeToGuests,
    release() {
      if (released) return;
      released = true;
      const gone = path.join(dataDir, `${NAME}-gone-${process.pid}-${performance.now()}`);
      if (isOurs() && renamedInto(dir, gone)) rmSync(gone, { recursive: true, force: true });
      closeSync(aliveMarker);
    },
  };
}

/**
 * Registers a command as a guest of the present holder; a holding command waits for its guests
 * before it stops the database. Returns what ends the visit; undefined when the holder is leaving.
 */
export function joinHolder(dataDir: string): (() => void) | undefined {
  try {
    const marker = holdMarker(markers(path.join(dataDir, NAME)).guests);
    let left = false;
    return () => {
      if (!left) closeSync(marker);
      left = true;
    };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
