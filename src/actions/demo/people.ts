import type { ContactChannel } from '../../domain/application-form.ts';
import { isLanguage, type Language } from '../../i18n.ts';
import type { Random } from './random.ts';
import { type Region, regions, type Word } from './regions.ts';
import { topicsIn, type WritingLanguage } from './texts.ts';

/** An invented applicant, as the form would have been filled in. */
export type Person = {
  fullName: string;
  latinName: string;
  penName: string;
  email: string;
  contactChannel: ContactChannel | '';
  contactHandle: string;
  /** Keys of the call's places; what the call does not know stands in `placesOther`. */
  places: string[];
  placesOther: string;
  basedIn: string;
  languages: string[];
  topics: string[];
  links: string[];
  keepOnFile: boolean;
  via: string | null;
  /** The language of the page that the form was filled in on. */
  pageLanguage: Language;
  /** The language of CV and letter. */
  writes: WritingLanguage;
};

/**
 * Invents the applicant with this number. `random` decides everything, so that the same draws give
 * the same person; addresses and links lead nowhere (example.org, RFC 2606).
 */
export function inventPerson(
  random: Random,
  number: number,
  callPlaces: readonly string[],
): Person {
  const region = random.pick(regions);
  const name = inventName(random, region);
  // A third writes everything in Latin letters, as many do on a foreign keyboard.
  const script: keyof Word = random.chance(0.33) ? 'latin' : 'written';
  const native = script === 'written';
  const { language } = region;
  const writes = random.chance(native ? 0.6 : 0.1)
    ? language
    : random.pick(['en', 'en', 'de'] as const);
  const languages = [language, ...random.some(region.alsoSpoken, 1 + random.below(3)), writes];
  const pen = random.chance(0.1) ? inventName(random, region)[script] : '';
  const neighbour = random.chance(0.15) ? random.pick(regions) : region;
  const places = [...new Set([region.place, neighbour.place])];
  const district = random.chance(0.35) ? random.pick(region.districts)[script] : '';
  const isCalled = random.chance(0.2);
  return {
    fullName: name[script],
    latinName: name.latin !== name[script] && random.chance(0.7) ? name.latin : '',
    penName: pen,
    email: `${toMailboxName(name.latin)}.${number}@example.org`,
    contactChannel: isCalled ? random.pick(['signal', 'whatsapp', 'phone'] as const) : '',
    // Numbers that are set aside for fiction: they ring nowhere.
    contactHandle: isCalled ? `+1 202 555 01${String(random.below(100)).padStart(2, '0')}` : '',
    places: places.filter((place) => callPlaces.includes(place)),
    placesOther: [...places.filter((place) => !callPlaces.includes(place)), district]
      .filter((place) => place !== '')
      .join(', '),
    basedIn: random.pick(region.towns)[script],
    languages: [...new Set(languages)],
    topics: random.some(topicsIn(writes), 1 + random.below(3)),
    links: random.chance(0.4) ? [`https://example.org/articles/${1000 + random.below(9000)}`] : [],
    keepOnFile: random.chance(0.4),
    via: random.chance(0.5) ? `https://example.org/news/${100 + random.below(900)}` : null,
    pageLanguage: [writes, 'en'].find(isLanguage) ?? 'en',
    writes,
  };
}

function inventName(random: Random, region: Region): Word {
  const isWoman = random.chance(0.5);
  const given = random.pick(isWoman ? region.women : region.men);
  const family = random.pick(region.families);
  const ending = isWoman ? region.womensEnding : { written: '', latin: '' };
  return {
    written: `${given.written} ${family.written}${ending.written}`,
    latin: `${given.latin} ${family.latin}${ending.latin}`,
  };
}

const toMailboxName = (latin: string): string =>
  latin
    .toLowerCase()
    .replaceAll('ə', 'a')
    .replaceAll('ı', 'i')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z]+/g, '.');
