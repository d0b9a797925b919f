import type { ListFlag } from '../../domain/list-flags.ts';
import type { Translator } from '../../i18n.ts';

const keys = {
  late: 'list.flag.late',
  awaiting: 'request.state.open',
  wrote: 'list.flag.wrote',
  active: 'list.flag.active',
  unscanned: 'list.flag.unscanned',
  infected: 'list.flag.infected',
  duplicate: 'list.twin',
} as const satisfies Record<ListFlag, string>;

/** A flag of the list in words. */
export const sayFlag = (t: Translator, flag: ListFlag): string => t(keys[flag]);

// Late is told beside the day that was promised.
const tones = {
  awaiting: '',
  wrote: 'new',
  duplicate: 'warn',
  active: 'bad',
  unscanned: '',
  infected: 'bad',
} as const;
type Shown = keyof typeof tones;

export type RowFlags = Record<Exclude<Shown, 'duplicate'>, boolean> & { twin: boolean };

/** What a row is marked with, each in its words. */
export const FlagChips = ({ t, row }: { t: Translator; row: RowFlags }) => {
  const shown: Record<Shown, boolean> = { ...row, duplicate: row.twin };
  return (
    <>
      {(Object.keys(tones) as Shown[])
        .filter((flag) => shown[flag])
        .map((flag) => (
          <>
            {' '}
            <span class={`chip ${tones[flag]}`.trim()}>{sayFlag(t, flag)}</span>
          </>
        ))}
    </>
  );
};
