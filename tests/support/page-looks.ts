import type { Page } from 'playwright-core';
import { overflowOf } from './browser-page.ts';

// What a script can find wrong with how a page is laid out, one line each.

/** Opens what is folded, so that all of the page is looked at. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** Controls smaller than so many pixels. Links within a sentence may be as small as their words. */
export async function listSmallTargets(page: Page, least: number): Promise<string[]> {
  return await page.evaluate((least) => {
    const isInSentence = (link: Element): boolean =>
      link.matches('a') &&
      getComputedStyle(link).display === 'inline' &&
      link.parentElement!.textContent.trim() !== link.textContent.trim();
    const boxOf = (one: Element): DOMRect => {
      // Whoever presses the label presses the box.
      const box = one.matches('[type=checkbox], [type=radio]')
        ? (one.closest('label') ?? document.querySelector(`label[for="${one.id}"]`)!)
        : one;
      return box.getBoundingClientRect();
    };
    return [...document.querySelectorAll('a[href], button, select, summary, textarea, input')]
      .filter((one) => !one.matches('.first, .skip, [type=hidden]') && one.checkVisibility())
      .filter((one) => !isInSentence(one))
      .filter((one) => {
        const { width, height } = boxOf(one);
        return Math.round(width) < least || Math.round(height) < least;
      })
      .map((one) => {
        const { width, height } = boxOf(one);
        const tag = (one.cloneNode(false) as Element).outerHTML;
        return `${Math.round(width)} x ${Math.round(height)}: ${tag}${one.textContent}`;
      });
  }, least);
}

/** Texts that their own box cuts off. */
export async function listCutTexts(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    return [...document.querySelectorAll('body *')]
      .filter(
        (one) => one.checkVisibility() && !one.matches('.first, .unseen, select, input, textarea'),
      )
      .filter((one) => {
        const { overflowX, overflowY } = getComputedStyle(one);
        const cutsX = ['hidden', 'clip'].includes(overflowX);
        const cutsY = ['hidden', 'clip'].includes(overflowY);
        return (
          (cutsX && one.scrollWidth > one.clientWidth + 1) ||
          (cutsY && one.scrollHeight > one.clientHeight + 1)
        );
      })
      .map((one) => `cut: ${(one.cloneNode(false) as Element).outerHTML}${one.textContent}`);
  });
}

/** Spaces lines, words and letters as WCAG 1.4.12 lets readers do; the policy forbids a style element. */
export async function spaceText(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      body * {
        letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important;
        line-height: 1.5 !important;
      }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
  });
}

/** What is too wide for the window, or cut. */
export async function listMisfits(page: Page, when: string): Promise<string[]> {
  const excess = await overflowOf(page);
  const wide = excess > 0 ? [`${excess} px too wide`] : [];
  return [...wide, ...(await listCutTexts(page))].map((line) => `${when}: ${line}`);
}

/** Walks through the page by the Tab key; what is wrong with its stops, and how many there are. */
export async function walkByTab(page: Page): Promise<{ found: string[]; stops: number }> {
  const found: string[] = [];
  let before = { order: -1, rowTop: Number.NEGATIVE_INFINITY };
  for (let stops = 0; stops < 250; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const one = document.activeElement!;
      if (one === document.body) return undefined;
      // Of a link over two lines the first.
      const { top, bottom, left, right, width, height } = one.getClientRects()[0]!;
      const row = (one.closest('.answers > div') ?? one).getBoundingClientRect();
      const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
      const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      const hit = document.elementFromPoint(x, y);
      const style = getComputedStyle(one);
      return {
        name: `${(one.cloneNode(false) as Element).outerHTML}${one.textContent.slice(0, 40)}`,
        order: [...document.querySelectorAll('*')].indexOf(one),
        rowTop: row.top + scrollY,
        rowBottom: row.bottom + scrollY,
        isInSight: bottom > 0 && top < innerHeight && width > 1 && height > 1,
        isOnTop: !!hit && (one.contains(hit) || hit.matches(`label[for="${one.id}"], label *`)),
        isOutlined: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
      };
    });
    if (!stop) return { found, stops };
    const faults = {
      'out of sight': !stop.isInSight,
      covered: !stop.isOnTop,
      'without an outline': !stop.isOutlined,
      'before the stop that it follows': stop.order <= before.order,
      'above the stop that it follows': stop.rowBottom <= before.rowTop,
    };
    for (const [fault, isThere] of Object.entries(faults)) {
      if (isThere) found.push(`${fault}: ${stop.name}`);
    }
    before = stop;
  }
  return { found: [...found, 'the walk does not end'], stops: 250 };
}

/** Controls whose edges or focus can not be seen where the reader's colours are forced. */
export async function listLostInForcedColours(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const paper = getComputedStyle(document.documentElement).backgroundColor;
    return [
      ...document.querySelectorAll<HTMLElement>(
        '.button, select, textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), .summary',
      ),
    ]
      .filter((one) => one.checkVisibility() && !one.matches('.first'))
      .filter((one) => {
        const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(one);
        const hasEdge = borderTopStyle !== 'none' && borderTopWidth !== '0px';
        return !hasEdge || borderTopColor === paper || /^rgba\(.*, 0\)$/.test(borderTopColor);
      })
      .map((one) => (one.cloneNode(false) as Element).outerHTML);
  });
}

/** What moves although the reader wants nothing to. */
export async function listMotion(page: Page): Promise<string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((one) => {
        const style = getComputedStyle(one);
        const moves = /[1-9]/.test(`${style.transitionDuration} ${style.animationDuration}`);
        return moves || style.scrollBehavior === 'smooth' || one.getAnimations().length > 0;
      })
      .map((one) => (one.cloneNode(false) as Element).outerHTML),
  );
}

/** Parts in another language than the page's that do not say so, and a page that says none. */
export async function listUnmarkedLanguages(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const own = document.documentElement.lang;
    const scripts: Record<string, RegExp> = {
      ru: /\p{Script=Cyrillic}/u,
      ka: /\p{Script=Georgian}/u,
      hy: /\p{Script=Armenian}/u,
    };
    const links = [...document.querySelectorAll<HTMLElement>('header nav a, header nav button')];
    const unmarked = links.filter((one) => !one.matches('.first') && !one.lang);
    const foreign = [
      ...document.querySelectorAll<HTMLElement>('h1, h2, label, legend, dt, .hint'),
    ].filter((one) => {
      const marked = one.closest<HTMLElement>('[lang]')!.lang;
      const written = Object.keys(scripts).find((language) =>
        scripts[language]!.test(one.textContent),
      );
      return written !== undefined && written !== marked;
    });
    return [
      ...(own === '' ? ['the page names no language'] : []),
      ...[...unmarked, ...foreign].map((one) => `no lang: ${one.outerHTML}`),
    ];
  });
}
