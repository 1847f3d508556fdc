import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { Card, Channel, Outcome, Target } from '@angrid/cloud/channels/channel';
import { dingtalkChannel } from '@angrid/cloud/channels/robots/dingtalk';
import { feishuChannel } from '@angrid/cloud/channels/robots/feishu';
import { wecomChannel } from '@angrid/cloud/channels/robots/wecom';
import { Secret, VirtualClock } from '@angrid/runtime';
import { htmlOf } from './markdown.js';
import { MockIm, sampleRobots } from './mock-im.js';
import type { ImKind } from './robot.js';

const channels: Readonly<Record<ImKind, Channel>> = {
  wecom: wecomChannel,
  dingtalk: dingtalkChannel,
  feishu: feishuChannel,
};
const kinds: readonly ImKind[] = ['wecom', 'dingtalk', 'feishu'];
const LINK = 'https://cloud.example.org/m/0123456789012345678901234567890123456789012';

let clock: VirtualClock;
let im: MockIm;

beforeEach(async () => {
  clock = new VirtualClock('2026-03-01T02:07:00Z');
  im = await MockIm.start({ clock });
});
afterEach(() => im.stop());

function card(why = '东门被强行打开', key = 'leg-1'): Card {
  const openedAt = new Date(clock.wall() - 180_000);
  return {
    link: LINK,
    push: {
      key,
      attempts: 0,
      message: {
        ...{ incident: 'i1', kind: 'door.forced', severity: 2, state: 'open', exercise: false },
        ...{ confirmedBy: 'two-sources', openedAt },
        kindTitle: { 'zh-CN': '门被强行打开', en: 'Door forced' },
        why: { 'zh-CN': why, en: why },
        compound: { id: 'c1', name: '锦绣小区' },
        place: '东门 <@all> [x](http://evil.example)',
        unit: { path: 'suxi/b3', names: ['苏溪镇', '3 号楼'] },
      },
    },
  };
}

function target(kind: ImKind, changes: { secret?: string; key?: string } = {}): Target {
  const robot = sampleRobots.find((each) => each.kind === kind) ?? { kind, key: '' };
  const secret = changes.secret ?? ('secret' in robot ? robot.secret : undefined);
  const address = im.addressOf({ kind, key: changes.key ?? robot.key });
  return {
    ...{ id: 't1', channel: kind, name: kind, locale: 'zh-CN', address: new Secret(address) },
    secrets: secret === undefined ? [] : [new Secret(secret)],
  };
}

function send(kind: ImKind, cards: readonly [Card, ...Card[]] = [card()], to = target(kind)): Promise<Outcome> {
  return channels[kind].send(cards, to, new Date(clock.wall()));
}

describe.each(kinds)('a card by %s', (kind) => {
  it('arrives with place, kind, age and link, and without markup of others', async () => {
    expect(await send(kind)).toMatchObject({ state: 'delivered' });
    const [message] = im.messages;
    const text = JSON.stringify(message);
    for (const word of ['门被强行打开', '锦绣小区', '东门', '3 分钟前', LINK]) expect(text).toContain(word);
    expect(text).not.toMatch(/<@all>|\]\(http:\/\/evil/);
  });

  it('is cut to what the robot takes, with its link whole', async () => {
    expect(await send(kind, [card('门'.repeat(8000))])).toMatchObject({ state: 'delivered' });
    expect(JSON.stringify(im.messages[0])).toContain(LINK);
    expect(JSON.stringify(im.messages[0])).toContain('…详情见链接');
  });

  it('may be a digest of twelve, each with its link', async () => {
    const [first, ...rest] = Array.from({ length: 12 }, (_, index) => card('东门'.repeat(200), `leg-${index}`));
    expect(await send(kind, [first as Card, ...rest])).toMatchObject({ state: 'delivered' });
    expect(im.messages[0]?.body.match(/\/m\//g)).toHaveLength(12);
  });

  it('ends where the robot does not exist', async () => {
    expect(await send(kind, [card()], target(kind, { key: 'nobody-knows-it' }))).toMatchObject({ state: 'gone' });
  });
});

test.each([
  ['dingtalk', 'code 310000'],
  ['feishu', 'code 19021'],
] as const)('%s refuses another secret, in words that an administrator can act on', async (kind, reason) => {
  const outcome = await send(kind, [card()], target(kind, { secret: 'another secret' }));
  expect(outcome).toMatchObject({ state: 'refused', retry: 'later', reason });
  expect(im.messages).toEqual([]);
});

describe('a robot that is spoken to too fast', () => {
  const many = async (kind: ImKind, count: number): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (let index = 0; index < count; index += 1) outcomes.push(await send(kind));
    return outcomes;
  };

  it('says so at WeCom from the 21st in a minute, and listens a minute later', async () => {
    expect((await many('wecom', 21)).map(({ state }) => state).lastIndexOf('delivered')).toBe(19);
    expect(im.refusals).toMatchObject([{ code: 45009 }]);
    await clock.advance(60_000);
    expect(await send('wecom')).toMatchObject({ state: 'delivered' });
  });

  it('hears nothing for ten minutes at DingTalk', async () => {
    const last = (await many('dingtalk', 21)).at(-1);
    expect(last).toMatchObject({ state: 'refused', notBefore: new Date(clock.wall() + 600_000) });
    await clock.advance(599_999);
    expect(await send('dingtalk')).toMatchObject({ state: 'refused', reason: 'code 130101' });
    await clock.advance(1);
    expect(await send('dingtalk')).toMatchObject({ state: 'delivered' });
  });

  it('says so at Feishu from the sixth in a second', async () => {
    expect((await many('feishu', 6)).map(({ state }) => state).lastIndexOf('delivered')).toBe(4);
    expect(im.refusals).toMatchObject([{ code: 11232 }]);
  });
});

describe('the page', () => {
  it('shows the cards and loads nothing from anywhere', async () => {
    await send('feishu');
    const response = await fetch(im.url);
    const page = await response.text();
    expect(page).toContain('门被强行打开');
    expect(page).toContain(`href="${LINK}"`);
    expect(page).not.toMatch(/<script|<img|<link|src=/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('lets no text become a tag or a link to anything but a page', () => {
    const html = htmlOf('<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](https://x.example/?"><script>)');
    expect(html).not.toMatch(/<(?!\/?(p|a|b|span)[ >])/);
    expect(html).not.toContain('href="javascript');
  });
});
