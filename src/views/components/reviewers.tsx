import type { Child } from 'hono/jsx';
import type { ShownAssignment } from '../../db/review-desk.ts';
import { workloadLimits } from '../../domain/review-assignments.ts';
import { reviewersWantedLimit } from '../../domain/reviews.ts';
import type { Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';
import type { PageTime } from './reply-by.tsx';

type Person = { id: string; name: string };

export type ShownReviewers = {
  handlingEditor: Person | null;
  wanted: number;
  wantedOwn: number | null;
  assignments: ShownAssignment[];
  /** Undefined for those who may not change anything of it. */
  choices:
    | {
        editors: Person[];
        /** With how many each has open, as `Candidate` has it. */
        reviewers: (Person & { open: number })[];
        /** What was chosen on a page that turned out to be old. */
        chosen: { editor?: string; reviewer?: string; wanted?: string };
        /** It can still be reviewed. */
        open: boolean;
      }
    | undefined;
};

type Props = {
  t: Translator;
  people: ShownReviewers;
  seen: number;
  /** The page of the application. */
  base: string;
  filters: string;
  time: PageTime;
};

/** A select and what it does in one line. */
const Chooser = (props: {
  id: string;
  label: string;
  value: string;
  options: { value: string; label: string }[];
  submit: Child;
}) => (
  <div class="chooser">
    <label for={props.id}>{props.label}</label>
    <select id={props.id} name={props.id}>
      {props.options.map((option) => (
        <option value={option.value} selected={option.value === props.value}>
          {option.label}
        </option>
      ))}
    </select>
    {props.submit}
  </div>
);

const Seen = ({ seen }: { seen: number }) => (
  <input type="hidden" name="seen" value={String(seen)} />
);

const Assignments = ({ t, people, seen, base, filters, time }: Props) => {
  const shown = people.assignments.flatMap(({ state, ...one }) =>
    state === 'returned' ? [] : [{ ...one, state }],
  );
  return shown.length === 0 ? null : (
    <ul class="reviewers">
      {shown.map((one) => (
        <li>
          <div>
            {one.reviewer}
            <span class="under">
              {t(`assignment.${one.state}`, {
                day: t.shortDate(one.since, time.now, time.timeZone),
              })}
              {one.recusal && `: ${t(`recusal.${one.recusal}`)}`}
            </span>
          </div>
          {people.choices && one.state === 'open' && (
            <form method="post" action={`${base}/assignments${filters}`}>
              <Seen seen={seen} />
              <input type="hidden" name="reviewer" value={one.reviewerId} />
              <button
                type="submit"
                class="button quiet small"
                name="act"
                value="unassign"
                aria-label={spokenName(
                  t,
                  t('assign.unassign'),
                  t('assign.unassignNamed', { name: one.reviewer }),
                )}
              >
                {t('assign.unassign')}
              </button>
            </form>
          )}
        </li>
      ))}
    </ul>
  );
};

const Choices = (props: Props) => {
  const { t, people, seen, base, filters } = props;
  const { choices } = people;
  if (!choices) return null;
  const { chosen } = choices;
  const isKept = Object.keys(chosen).length > 0;
  const taken = people.assignments
    .filter(({ state }) => state !== 'returned')
    .map(({ reviewerId }) => reviewerId);
  const free = choices.reviewers.filter(({ id }) => !taken.includes(id));
  // Somebody who can't sign in any more handles it until a person decides otherwise.
  const { handlingEditor } = people;
  const isGone = handlingEditor && !choices.editors.some(({ id }) => id === handlingEditor.id);
  const editors = isGone ? [...choices.editors, handlingEditor] : choices.editors;
  const numbers = Array.from({ length: reviewersWantedLimit + 1 }, (_, number) => number);
  return (
    <details class="change" open={isKept}>
      <summary>{t('assign.change')}</summary>
      <form method="post" action={`${base}/handling${filters}`}>
        <Seen seen={seen} />
        <Chooser
          id="editor"
          label={t('handling.title')}
          value={chosen.editor ?? people.handlingEditor?.id ?? ''}
          options={[
            { value: '', label: t('handling.none') },
            ...editors.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          submit={
            <button type="submit" class="button quiet small">
              {t('handling.set')}
            </button>
          }
        />
      </form>
      {choices.open && (
        <>
          <form method="post" action={`${base}/assignments${filters}`}>
            <Seen seen={seen} />
            <Chooser
              id="reviewer"
              label={t('assign.reviewer')}
              value={chosen.reviewer ?? ''}
              options={free.map(({ id, name, open }) => ({
                value: id,
                label: t('assign.loaded', {
                  name,
                  more: open > workloadLimits.open ? 'yes' : 'no',
                  count: Math.min(open, workloadLimits.open),
                }),
              }))}
              submit={
                <button type="submit" class="button quiet small" name="act" value="assign">
                  {t('assign.assign')}
                </button>
              }
            />
            <p>
              <button type="submit" class="button quiet small" name="act" value="by-load">
                {t('assign.byLoad')}
              </button>
            </p>
          </form>
          <form method="post" action={`${base}/reviewers-wanted${filters}`}>
            <Seen seen={seen} />
            <Chooser
              id="wanted"
              label={t('assign.wanted')}
              value={chosen.wanted ?? String(people.wantedOwn ?? '')}
              options={[
                { value: '', label: t('assign.wantedAsCall') },
                ...numbers.map((one) => ({ value: String(one), label: t.number(one) })),
              ]}
              submit={
                <button type="submit" class="button quiet small">
                  {t('assign.set')}
                </button>
              }
            />
          </form>
        </>
      )}
    </details>
  );
};

/** Who handles an application and who reviews it, with the forms for those who decide that. */
export const Reviewers = (props: Props) => {
  const { t, people } = props;
  const done = people.assignments.filter(({ state }) => state === 'done').length;
  return (
    <>
      <dl class="given">
        <div>
          <dt>{t('handling.title')}</dt>
          <dd>{people.handlingEditor?.name ?? t('handling.none')}</dd>
        </div>
        <div>
          <dt>{t('review.others')}</dt>
          <dd class="num">{t('review.doneOfWanted', { done, wanted: people.wanted })}</dd>
        </div>
      </dl>
      <Assignments {...props} />
      <Choices {...props} />
    </>
  );
};
