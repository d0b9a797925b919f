import type { CallState } from '../../domain/calls.ts';
import type { Translator } from '../../i18n.ts';

type Props = {
  t: Translator;
  state: CallState;
  opensAt: Date;
  closesAt: Date | null;
  timeZone: string;
};

/** When one can apply, as a sentence. */
export function describeState({ t, state, opensAt, closesAt, timeZone }: Props): string {
  const at = (when: Date): string => t.dateTime(when, timeZone);
  if (state === 'not-yet-open') return t('call.state.notYetOpen', { when: at(opensAt) });
  if (closesAt === null) return t('call.state.rolling');
  const key = state === 'closed' ? 'call.state.closed' : 'call.state.closes';
  return t(key, { when: at(closesAt) });
}
