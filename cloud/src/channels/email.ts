import type { Secret } from '@angrid/runtime';
import { createTransport, type SentMessageInfo, type Transporter } from 'nodemailer';
import { cardText, digestText, type Language } from './card-text.js';
import type { Card, Channel, Outcome } from './channel.js';
import { unheard } from './post.js';

export interface MailServer {
  /** smtps:// speaks TLS from the start; smtp:// must change to it before anything is said. */
  readonly url: URL;
  readonly from: string;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  /** PEM of the authority that signs the server's certificate, where it is no public one. */
  readonly authority: string | undefined;
}

const ANSWER_WITHIN_MS = 15_000;

/** Plain text by SMTP over TLS. The Message-ID is made of the leg's id, so that a repeated one shows as such. */
export function emailChannel(server: MailServer | undefined): Channel {
  const transport = server && transportTo(server);
  return {
    kind: 'email',
    async send(cards, { address, locale }, at) {
      if (!transport || !server) return { state: 'refused', retry: 'never', reason: 'no-mail-server' };
      const to = decodeURIComponent(new URL(address.reveal()).pathname);
      const messageId = `<${cards[0].push.key}@${server.url.hostname}>`;
      try {
        const sent: SentMessageInfo = await transport.sendMail({
          ...wordsOf(cards, locale, at),
          ...{ from: server.from, to, messageId, date: at },
          headers: { 'auto-submitted': 'auto-generated' },
        });
        return { state: 'delivered', receipt: receiptOf(sent.response) };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

function transportTo({ url, user, password, authority }: MailServer): Transporter {
  const secure = url.protocol === 'smtps:';
  return createTransport({
    host: url.hostname,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: true,
    tls: { minVersion: 'TLSv1.2', ...(authority === undefined ? {} : { ca: authority }) },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password.reveal() } }),
    connectionTimeout: ANSWER_WITHIN_MS,
    greetingTimeout: ANSWER_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function wordsOf(cards: readonly [Card, ...Card[]], locale: Language, at: Date): { subject: string; text: string } {
  const [first, ...more] = cards;
  if (more.length > 0) {
    const { title, lines, foot } = digestText(cards, locale, at);
    const said = lines.map(({ text, url }) => (url === undefined ? text : `${text}\n${url}`));
    return { subject: title, text: [...said, foot].join('\n\n') };
  }
  const { title, lines, link, foot } = cardText(first, locale, at);
  const answer = link === undefined ? [] : ['', `${link.words}: ${link.url}`];
  return { subject: title, text: [...lines, ...answer, '', foot].join('\n') };
}

function receiptOf(response: unknown): { status: number; text: string } {
  const text = String(response).slice(0, 1000);
  return { status: Number(/^\d{3}/.exec(text)?.[0] ?? 250), text };
}

/** 4xx is said to pass; 5xx to the mailbox means that it is none; a refused sign-in can be cured. */
function refusalOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return unheard('the mail server failed');
  const reason = error.message.slice(0, 300);
  const code = 'responseCode' in error ? Number(error.responseCode) : undefined;
  if (code === undefined || Number.isNaN(code)) return unheard(reason);
  const receipt = { status: code, text: reason };
  const command = 'command' in error ? String(error.command) : '';
  if (code < 500 || command.startsWith('AUTH')) return unheard(reason, receipt);
  if (command === 'RCPT TO') return { state: 'gone', reason, receipt };
  return { state: 'refused', retry: 'never', reason, receipt };
}
