import type { Child } from 'hono/jsx';

/** The title of a call, which says its language (`lang`) where that is not the page's. */
export const speakTitle = (title: string, lang: string | undefined): Child =>
  lang === undefined ? title : <span lang={lang}>{title}</span>;
