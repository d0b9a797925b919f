import { describe, expect, it } from 'vitest';
import { createMasker, type Identity, maskMark } from '../../src/domain/masking.ts';

const identityOf = (fullName: string, more: Partial<Identity> = {}): Identity => ({
  ...{ fullName, latinName: '', penName: '', email: '' },
  ...more,
});
const mask = (identity: Identity, text: string): string => createMasker(identity)(text);
const m = maskMark;

const nino = identityOf('ნინო ბერიძე');
const ninoLatin = identityOf('Nino Beridze', { email: 'nino.beridze@example.org' });
const ivan = identityOf('Анна Иванова', { latinName: 'Anna Ivanova' });
const hayk = identityOf('Հայկ Սարգսյան');
const eli = identityOf('Əli Quliyev');
const double = identityOf('Anna-Maria Müller-Lüdenscheidt');

describe('a name is masked', () => {
  it.each<[string, Identity, string, string]>([
    ['as it is written', ninoLatin, 'I am Nino Beridze.', `I am ${m}.`],
    ['in capitals', ninoLatin, 'NINO BERIDZE, reporter', `${m}, reporter`],
    ['in small letters', ninoLatin, 'by nino beridze', `by ${m}`],
    ['family name first', ninoLatin, 'Beridze, Nino: notes', `${m}: notes`],
    ['with an initial', ninoLatin, 'Photo: N. Beridze', `Photo: ${m}`],
    ['with an initial behind it', ninoLatin, 'Beridze N. wrote', `${m}. wrote`],
    ['over a line break', ninoLatin, 'Nino\nBeridze wrote', `${m} wrote`],
    ['parted at the end of a line', ninoLatin, 'wrote Beri-\ndze in May', `wrote ${m} in May`],
    ['parted by a soft hyphen', ninoLatin, 'Beri\u00addze wrote', `${m} wrote`],
    ['letter by letter', ninoLatin, 'N I N O  B E R I D Z E\nCV', `${m}\nCV`],
    ['in one word', ninoLatin, 'see NinoBeridze there', `see ${m} there`],
    ['in the genitive of English', ninoLatin, 'Beridze’s scene', `${m} scene`],
    ['in the genitive of German', ninoLatin, 'Beridzes Szene', `${m} Szene`],
    ['in Georgian', ninoLatin, 'მე ვარ ნინო ბერიძე, ავტორი', `მე ვარ ${m}, ავტორი`],
    ['in a Georgian case', nino, 'ნინო ბერიძის ტექსტი', `${m} ტექსტი`],
    ['with a Georgian postposition', nino, 'ბერიძესთან ერთად', `${m} ერთად`],
    ['in the ergative', nino, 'ნინომ დაწერა', `${m} დაწერა`],
    ['in Russian', nino, 'Это Нино Беридзе пишет', `Это ${m} пишет`],
    ['in Latin letters', nino, 'Nino Beridze writes', `${m} writes`],
    ['in a Russian case', ivan, 'Статья Анны Ивановой вышла', `Статья ${m} вышла`],
    ['in another Russian case', ivan, 'с Анной Ивановой', `с ${m}`],
    ['in Armenian', hayk, 'Ես Հայկ Սարգսյանն եմ', `Ես ${m} եմ`],
    ['in an Armenian case', hayk, 'Սարգսյանի հոդվածը', `${m} հոդվածը`],
    ['in the Latin of an Armenian name', hayk, 'Hayk Sargsyan wrote', `${m} wrote`],
    ['in the Russian of an Armenian name', hayk, 'Саргсяна читали', `${m} читали`],
    ['in Azerbaijani', eli, 'Mən Əli Quliyevəm', `Mən ${m}`],
    ['in an Azerbaijani case', eli, 'Quliyevin mətni', `${m} mətni`],
    ['in the Russian of an Azerbaijani name', eli, 'Али Гулиев пишет', `${m} пишет`],
    ['with hyphens', double, 'Von Anna-Maria Müller-Lüdenscheidt', `Von ${m}`],
    ['with a part of it', double, 'Frau Lüdenscheidt schrieb', `Frau ${m} schrieb`],
    ['spelt without umlauts', double, 'Frau Luedenscheidt schrieb', `Frau ${m} schrieb`],
  ])('%s', (_, identity, text, expected) => {
    expect(mask(identity, text)).toBe(expected);
  });
});

describe('ways to reach somebody are masked', () => {
  it.each([
    ['write to nino@example.org.', `write to ${m}`],
    ['(https://example.org/~nino)', m],
    ['my page www.example.ge/nb', `my page ${m}`],
    ['facebook.com/somebody', m],
    ['Telegram: @somebody', `Telegram: ${m}`],
    ['call +995 555 12 34 56 today', `call ${m} today`],
    ['0171 / 123 45 67', m],
  ])('%s', (text, expected) => {
    expect(mask(ninoLatin, text)).toBe(expected);
  });

  it('by the first part of an address that is a word', () => {
    const pen = identityOf('Some Body', { email: 'kranichfeder@example.org' });
    expect(mask(pen, 'The blog Kranichfeder')).toBe(`The blog ${m}`);
  });
});

describe('what is no name stays', () => {
  it.each<[string, Identity, string]>([
    ['years and dates', ninoLatin, '2019–2023, since 12.05.2021'],
    ['other people', ninoLatin, 'Ana Berishvili met Nina Beradze in Berlin'],
    ['a country that begins like a name', identityOf('Giorgi Gelashvili'), 'in Georgia, Georgian'],
    [
      'an article that is a particle too',
      identityOf('Ada von der Heide'),
      'der Fluss und die Stadt',
    ],
    ['a single letter', ninoLatin, 'plan B. and plan N'],
    ['lines', ninoLatin, 'One.\n\nTwo.'],
  ])('%s', (_, identity, text) => {
    expect(mask(identity, text)).toBe(text);
  });
});

it('a particle goes with its name', () => {
  expect(mask(identityOf('Ada von der Heide'), 'Text: Ada von der Heide')).toBe(`Text: ${m}`);
});

it('a name that is a word goes too, since nobody can tell which it is', () => {
  expect(mask(identityOf('Вера Надеждина'), 'вера и дом')).toBe(`${m} и дом`);
});

it('the mark says nothing of how long a name was', () => {
  const short = mask(identityOf('Li Bo'), 'by Li Bo.');
  const long = mask(identityOf('Wolfgang Amadeus Oberhuber'), 'by Wolfgang Amadeus Oberhuber.');
  expect([short, long]).toEqual([`by ${m}.`, `by ${m}.`]);
});

it('what was masked is masked', () => {
  const text = mask(ninoLatin, 'Nino Beridze, N. Beridze, nino@example.org, +995 555 12 34 56');
  expect(mask(ninoLatin, text)).toBe(text);
});
