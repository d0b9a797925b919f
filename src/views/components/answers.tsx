import type { Child } from 'hono/jsx';
import { contactChannels, type FormValues, parseLink } from '../../domain/application-form.ts';
import { languageCodes } from '../../domain/languages.ts';
import type { Translator } from '../../i18n.ts';

export type Answer = {
  field: string;
  label: string;
  /** Where it is another one than the page's. */
  labelLanguage?: string;
  value: Child;
};

/** A person's link, leading only where a browser can safely go; anything else stays text. */
export const SafeLink = ({ text }: { text: string }) => {
  const href = parseLink(text);
  return href ? (
    <a href={href} rel="noopener noreferrer nofollow">
      {text}
    </a>
  ) : (
    <span>{text}</span>
  );
};

const contactOf = (t: Translator, { contactChannel, contactHandle }: FormValues): string => {
  const channel = contactChannels.find((one) => one === contactChannel);
  return [channel ? t(`contactChannel.${channel}`) : contactChannel, contactHandle]
    .filter((part) => part !== '')
    .join(': ');
};

/** What was answered, in the order of the form; empty answers have the value ''. */
export function listAnswers(
  t: Translator,
  values: FormValues,
  placeNames: Record<string, string>,
): Answer[] {
  // A draft may hold values that no list has; they are shown as they were sent.
  const languages = values.languages.map((code) =>
    languageCodes.includes(code) ? t.languageName(code) : code,
  );
  const places = values.places
    .map((place) => (Object.hasOwn(placeNames, place) ? placeNames[place]! : place))
    .sort(t.compare);
  const links = values.links.map((link, index) => (
    <>
      {index > 0 && <br />}
      <SafeLink text={link} />
    </>
  ));
  return [
    {
      field: 'fullName',
      label: t(values.discreet ? 'field.alias' : 'field.fullName'),
      value: values.fullName,
    },
    { field: 'latinName', label: t('field.latinName'), value: values.latinName },
    { field: 'penName', label: t('field.penName'), value: values.penName },
    { field: 'email', label: t('field.email'), value: values.email },
    { field: 'contactChannel', label: t('field.contactChannel'), value: contactOf(t, values) },
    { field: 'places', label: t('answer.places'), value: t.list(places) },
    { field: 'placesOther', label: t('field.placesOther'), value: values.placesOther },
    { field: 'basedIn', label: t('field.basedIn'), value: values.basedIn },
    { field: 'languages', label: t('field.languages'), value: t.list(languages) },
    { field: 'topics', label: t('field.topics'), value: values.topics },
    { field: 'links', label: t('field.links'), value: links.length > 0 ? links : '' },
  ];
}

/** Answers one below the other; `none` stands for those that were not given. */
export const AnswerList = ({ answers, none }: { answers: readonly Answer[]; none: string }) => (
  <dl class="answers">
    {answers.map(({ label, labelLanguage, value }) => (
      <div>
        <dt lang={labelLanguage}>{label}</dt>
        <dd dir="auto">{value === '' ? <span class="soft">{none}</span> : value}</dd>
      </div>
    ))}
  </dl>
);
