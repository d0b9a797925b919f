import { romaniseName } from '../../domain/romanisation.ts';
import type { Translator } from '../../i18n.ts';

type RomanisedProps = { t: Translator; fullName: string; latinName: string };

/**
 * How to read a name for which no Latin form was given, with the dot behind it. It says that it is a
 * machine's reading: the name is what was written.
 */
export const Romanised = ({ t, fullName, latinName }: RomanisedProps) => {
  const read = latinName === '' ? romaniseName(fullName) : undefined;
  return (
    read && (
      <>
        <span class="romanised" title={t('desk.romanised.note')}>
          {t.rich('desk.romanised', { name: () => <bdi lang="und-Latn">{read}</bdi> })}
        </span>{' '}
        ·{' '}
      </>
    )
  );
};
