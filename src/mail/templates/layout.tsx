import type { Child } from 'hono/jsx';
import type { Language } from '../../i18n.ts';

/** A mail as it will be read; the text says all that the HTML says, and what that had to cut. */
export type RenderedMail = { subject: string; text: string; html: string };

/** What mails are made of, rendered to text and HTML alike so that neither can say less. */
export type Block =
  | { paragraph: string }
  | { heading: string }
  | { facts: { label: string; value: string }[] }
  | { documents: { name: string; details: string }[] }
  /** What one person wrote to the other, in its own language. */
  | { message: string; language: string }
  /** The words of a letter, which are the mail itself. */
  | { letter: string; language: string }
  /** The one link of a mail, shown bare. Ours, never a person's. */
  | { link: string }
  | { quiet: string };

type Mail = {
  language: Language;
  publication: string;
  subject: string;
  title: string;
  blocks: Block[];
};

/** Bytes of HTML that a mail may have. */
const htmlLimit = 20_000;
// How many code points of one value the HTML shows; the first that keeps the limit is taken.
const clips = [2000, 600, 200, 80, 40];

export function renderMail(mail: Mail): RenderedMail {
  const variants = clips.map((clip) => () => renderHtml(mail, clip));
  let html = '';
  for (const render of variants) {
    html = render();
    if (Buffer.byteLength(html) <= htmlLimit) break;
  }
  return { subject: mail.subject, text: renderText(mail), html };
}

/** The first `length` code points of a text, with an ellipsis in place of the rest. */
export function clipText(text: string, length: number): string {
  const points = [...text];
  return points.length <= length
    ? text
    : `${points
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

function renderText({ publication, title, blocks }: Mail): string {
  const parts = blocks.map((block) => {
    if ('facts' in block) {
      return block.facts.map(({ label, value }) => `${label}: ${indent(value)}`).join('\n');
    }
    if ('documents' in block) {
      return block.documents.map(({ name, details }) => `- ${name} (${details})`).join('\n');
    }
    if ('heading' in block) return `\n${block.heading}`;
    if ('quiet' in block) return `\n${block.quiet}`;
    if ('message' in block) return block.message;
    if ('letter' in block) return block.letter;
    return 'link' in block ? block.link : block.paragraph;
  });
  return `${[publication, title, ...parts].join('\n\n')}\n`;
}

const indent = (value: string): string => value.replaceAll('\n', '\n  ');

function renderHtml(mail: Mail, clip: number): string {
  return `<!doctype html>${String(<MailPage {...mail} clip={clip} />)}`;
}

const sans =
  "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Georgian','Noto Sans Armenian',sans-serif";
const serif = "Georgia,'Noto Serif','Noto Serif Georgian','Noto Serif Armenian',serif";

// Light stands inline, for clients that drop the sheet; dark only in the sheet.
const dark = `@media (prefers-color-scheme: dark) {
.paper { background: #171614 !important; color: #ece9e2 !important }
.head { background: #1f1e1b !important; border-color: #3a3732 !important }
.ink { color: #ece9e2 !important }
.name { color: #ece9e2 !important; border-color: #c9536c !important }
.soft { color: #a8a39a !important }
.line { border-color: #3a3732 !important }
.link { color: #f0a3b3 !important }
.message { background: #1d2b3f !important; border-color: #a9c6ee !important; color: #ece9e2 !important }
}`;

const paragraphStyle = 'margin:0 0 16px;overflow-wrap:anywhere';
const soft = 'color:#5d5a54;font-size:14px';

const MailPage = ({
  language,
  publication,
  subject,
  title,
  blocks,
  clip,
}: Mail & { clip: number }) => (
  <html lang={language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{clipText(subject, clip)}</title>
      <style>{dark}</style>
    </head>
    <body
      class="paper"
      style={`margin:0;padding:0;background:#fbfaf7;color:#1c1b19;font:16px/1.5 ${sans};-webkit-text-size-adjust:100%`}
    >
      <div
        class="head"
        style="background:#ffffff;border-bottom:1px solid #dedad1;padding:12px 16px"
      >
        <div style="max-width:600px;margin:0 auto">
          <span
            class="name"
            style={`font:600 18px/1.5 ${serif};color:#1c1b19;border-bottom:3px solid #7b1e33`}
          >
            {clipText(publication, clip)}
          </span>
        </div>
      </div>
      <div style="max-width:600px;margin:0 auto;padding:24px 16px 36px">
        <h1
          class="ink"
          style={`margin:0 0 24px;font:600 26px/1.25 ${serif};color:#1c1b19;overflow-wrap:anywhere`}
        >
          {clipText(title, clip)}
        </h1>
        {blocks.map((block) => (
          <BlockPart block={block} clip={clip} />
        ))}
      </div>
    </body>
  </html>
);

const BlockPart = ({ block, clip }: { block: Block; clip: number }): Child => {
  if ('heading' in block) {
    return (
      <h2 class="ink" style={`margin:32px 0 12px;font:600 20px/1.3 ${serif};color:#1c1b19`}>
        {block.heading}
      </h2>
    );
  }
  if ('facts' in block) {
    return (
      <div
        class="line"
        style="margin:0 0 24px;padding:16px 0 0;border:solid #dedad1;border-width:1px 0"
      >
        {block.facts.map(({ label, value }) => (
          <p style={paragraphStyle}>
            <span class="soft" style={soft}>
              {label}
            </span>
            <br />
            <strong style="font-weight:600;white-space:pre-line">{clipText(value, clip)}</strong>
          </p>
        ))}
      </div>
    );
  }
  if ('documents' in block) {
    return (
      <>
        {block.documents.map(({ name, details }) => (
          <p
            class="line"
            style={`${paragraphStyle};padding:0 0 0 12px;border-left:3px solid #dedad1`}
          >
            <strong style="font-weight:600">{clipText(name, clip)}</strong>
            <br />
            <span class="soft" style={soft}>
              {details}
            </span>
          </p>
        ))}
      </>
    );
  }
  if ('link' in block) {
    return (
      <p style={paragraphStyle}>
        <a class="link" href={block.link} style="color:#7b1e33">
          {block.link}
        </a>
      </p>
    );
  }
  if ('letter' in block) {
    return (
      <div
        lang={block.language}
        dir="auto"
        style="margin:0 0 24px;white-space:pre-line;overflow-wrap:anywhere"
      >
        {clipText(block.letter, clip * 3)}
      </div>
    );
  }
  if ('message' in block) {
    return (
      <div
        class="message"
        lang={block.language}
        dir="auto"
        style="margin:0 0 24px;padding:12px 16px;border-left:4px solid #2d4f7c;background:#e5edf7;white-space:pre-line;overflow-wrap:anywhere"
      >
        {/* It is the whole of the mail, so that it is cut last. */}
        {clipText(block.message, clip * 3)}
      </div>
    );
  }
  if ('quiet' in block) {
    return (
      <p
        class="soft line"
        style={`margin:32px 0 0;padding:16px 0 0;border-top:1px solid #dedad1;overflow-wrap:anywhere;${soft}`}
      >
        {clipText(block.quiet, clip)}
      </p>
    );
  }
  return <p style={paragraphStyle}>{clipText(block.paragraph, clip)}</p>;
};
