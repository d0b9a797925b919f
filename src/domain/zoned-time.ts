const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    // Swedish writes 2026-12-04 09:30, which is nearly what a form's field takes.
    format = new Intl.DateTimeFormat('sv', {
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
      timeZone,
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** A moment as a field for day and time has it: `2026-12-04T09:30`. Seconds are dropped. */
export function writeZonedTime(moment: Date, timeZone: string): string {
  return formatOf(timeZone).format(moment).replace(' ', 'T');
}

/**
 * The moment that a day and time name in a zone; a blank may stand for the `T`. Undefined when they
 * name none: no such day, or an hour that the clocks skip in spring. Of an hour that comes twice in
 * autumn it is the first.
 */
export function parseZonedTime(text: string, timeZone: string): Date | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?$/.exec(text.trim()) ?? [];
  if (!day || !time) return undefined;
  const wanted = `${day}T${time}`;
  const asUtc = Date.parse(`${wanted}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // The zone's distance from UTC around that day, before and after a change of clocks.
  const candidates = [-86_400_000, 86_400_000].map((shift) => {
    const near = new Date(asUtc + shift);
    return asUtc - (Date.parse(`${writeZonedTime(near, timeZone)}Z`) - near.getTime());
  });
  return candidates
    .sort((a, b) => a - b)
    .map((one) => new Date(one))
    .find((one) => writeZonedTime(one, timeZone) === wanted);
}

/** The zone under the name that `Intl` gives it; undefined when there is none of that name. */
export function findTimeZone(name: string): string | undefined {
  // Newer engines take offsets too, which know no summer time.
  if (!/^[a-z]/i.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
