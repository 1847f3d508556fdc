import { escapeHtml, htmlOf } from './markdown.js';
import type { Button, ImMessage, Robot } from './robot.js';
import { STYLE } from './style.js';

export interface PageFacts {
  readonly robots: readonly Robot[];
  readonly messages: readonly ImMessage[];
  readonly now: number;
  readonly url: string;
}

const names = { wecom: '企业微信 WeCom', dingtalk: '钉钉 DingTalk', feishu: '飞书 Feishu' } as const;
const LATEST = 30;

/** One phone a robot, the newest message first; it looks again every two seconds. */
export function pageOf({ robots, messages, now, url }: PageFacts): string {
  const phones = robots.map((robot) => phone(robot, messages, now));
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Mock IM</title>
<meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><header><h1>模拟聊天 Mock IM</h1><p>${escapeHtml(url)} · <code>/api/messages</code> <code>/api/refusals</code></p></header>
<main>${phones.join('')}</main></body></html>`;
}

function phone({ setup, pace }: Robot, messages: readonly ImMessage[], now: number): string {
  const mine = messages
    .filter(({ kind, key }) => kind === setup.kind && key === setup.key)
    .slice(-LATEST)
    .reverse();
  const state = pace.isBlocked(now) ? '已封禁 blocked' : `${pace.within(now, 60_000)} / min`;
  const said = mine.length === 0 ? '<p class="empty">还没有消息 nothing yet</p>' : mine.map(bubble).join('');
  return `<section class="phone ${setup.kind}"><h2>${escapeHtml(setup.group)}<small>${names[setup.kind]} · ${state}</small></h2>
<div class="chat">${said}</div></section>`;
}

function bubble({ title, body, colour, buttons, foot, at, id, kind }: ImMessage): string {
  // DingTalk shows the title in its notification only, not in the card.
  const head =
    title === undefined || kind === 'dingtalk' ? '' : `<h3 class="${colourClass(colour)}">${escapeHtml(title)}</h3>`;
  const links = buttons.map(button).join('');
  const note = foot === undefined || foot === '' ? '' : `<footer>${escapeHtml(foot)}</footer>`;
  return `<article id="m${id}"><span class="who">安格 <i>机器人</i> ${escapeHtml(at.slice(11, 19))}Z</span>
<div class="card">${head}<div class="text">${htmlOf(body)}</div>${links}${note}</div></article>`;
}

function button({ words, url }: Button): string {
  if (!/^https?:\/\//.test(url)) return '';
  return `<a class="button" href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer">${escapeHtml(words)}</a>`;
}

function colourClass(colour: string | undefined): string {
  return ['red', 'orange', 'yellow', 'blue'].includes(colour ?? '') ? (colour ?? '') : 'plain';
}
