import { expect, it } from 'vitest';
import { readBrowserFamily } from '../../src/domain/browser-families.ts';

const android = 'Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko)';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15';

it.each([
  ['firefox', 'Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0'],
  ['firefox', `${iphone} (KHTML, like Gecko) FxiOS/128.0 Mobile/15E148 Safari/605.1.15`],
  ['edge', `${android} Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.0.0`],
  ['opera', `${android} Chrome/126.0.0.0 Mobile Safari/537.36 OPR/83.0.0.0`],
  ['samsung', `${android} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`],
  ['chrome', `${android} Chrome/126.0.0.0 Mobile Safari/537.36`],
  ['chrome', `${iphone} (KHTML, like Gecko) CriOS/126.0.0.0 Mobile/15E148 Safari/604.1`],
  ['safari', `${iphone} (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1`],
  ['other', 'curl/8.5.0'],
  ['other', ''],
  ['other', undefined],
  ['other', `${'x'.repeat(1000)} Firefox/128.0`],
] as const)('knows %s by its name, whatever else it says: %s', (family, agent) => {
  expect(readBrowserFamily(agent)).toBe(family);
});
