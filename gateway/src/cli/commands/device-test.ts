import { catalogue } from '@angrid/runtime';
import type { DeviceProbe } from '../../control/answers.js';
import type { TailLine } from '../../control/tail.js';
import { argument, command, value } from '../command.js';
import type { Context } from '../context.js';
import { deviceFacts } from '../device-texts.js';
import type { GatewayClient } from '../gateway-client.js';
import { facts } from '../print/table.js';
import type { View } from '../print/view.js';
import { protocolOf } from '../protocol-of.js';
import { seconds } from '../seconds.js';

const { translate } = catalogue({
  en: {
    asking: 'asking {id} …',
    listening: 'waiting for a sign of {id}: open the door, or ring …',
    camera: 'Camera',
    firmware: 'Firmware',
    serial: 'Serial number',
    stream: 'Video',
    heard: 'Heard',
    works: 'It works.',
    fails: 'It does not work yet. angrid doctor names the cure.',
    silent: 'nothing came within the time',
  },
  'zh-CN': {
    asking: '正在询问 {id}…',
    listening: '等待 {id} 的消息：请开一次门或按一次呼叫…',
    camera: '摄像机',
    firmware: '固件',
    serial: '序列号',
    stream: '视频',
    heard: '收到',
    works: '工作正常。',
    fails: '尚未正常工作。angrid doctor 会给出处理办法。',
    silent: '在时限内没有收到消息',
  },
});

export interface Tested extends DeviceProbe {
  readonly ok: boolean;
  /** The first message that came, where one was waited for; null where none did. */
  readonly heard?: TailLine | null;
}

export const deviceTest = command({
  name: 'device test',
  about: { 'zh-CN': '验证一台设备是否工作', en: 'Prove that a device works' },
  notes: {
    'zh-CN': '摄像机：询问型号并检查视频。面板：检查连接；加 --wait 可等待一条真实消息',
    en: 'A camera is asked for its model, and its video is checked. A panel must be connected; --wait waits for a real message of it.',
  },
  arguments: { id: argument({ 'zh-CN': '设备编号', en: 'the id of the device' }) },
  options: {
    wait: value('seconds', { 'zh-CN': '等待一条真实消息的秒数', en: 'wait this long for a real message' }),
  },
  examples: ['angrid device test cam-1', 'angrid device test gate-1 --wait 60'],
  exits: ['notReady', 'notFound'],
  run: async ({ id, wait }, context): Promise<Tested> => {
    const gateway = context.gateway();
    context.progress.tell(translate(context.locale, 'asking', { id }));
    const probe = await gateway.post<DeviceProbe>(`/devices/${encodeURIComponent(id)}/test`);
    const { profile, state, stream } = probe.device;
    const isCamera = (await protocolOf(profile, gateway)) === 'onvif';
    const ok = state === 'online' && (!isCamera || stream?.state === 'running');
    if (wait === undefined) return { ...probe, ok };
    const heard = await hear(id, gateway, { context, ms: seconds(wait, 0, context) * 1000 });
    return { ...probe, ok: heard !== null && (!isCamera || ok), heard };
  },
  show: testedText,
  exit: ({ ok }) => (ok ? 'done' : 'failed'),
});

interface Patience {
  readonly context: Context;
  readonly ms: number;
}

async function hear(id: string, gateway: GatewayClient, { context, ms }: Patience): Promise<TailLine | null> {
  context.progress.tell(translate(context.locale, 'listening', { id }));
  const over = new AbortController();
  const cancel = context.world.clock.after(ms, () => over.abort());
  try {
    for await (const line of gateway.follow<TailLine>(`/events?device=${encodeURIComponent(id)}`, over.signal))
      return line;
    return null;
  } finally {
    cancel();
  }
}

function testedText({ ok, device, inventory, heard }: Tested, view: View): string {
  const { locale } = view;
  const parts = [deviceFacts(device, view)];
  const stream = device.stream && [device.stream.state, device.stream.detail].filter(Boolean).join(' ');
  const said =
    heard === null ? translate(locale, 'silent') : heard?.events.map(({ kind }) => kind).join(' ') || heard?.topic;
  const more = facts(
    [
      [translate(locale, 'camera'), inventory && `${inventory.manufacturer} ${inventory.model}`],
      [translate(locale, 'firmware'), inventory?.firmware],
      [translate(locale, 'serial'), inventory?.serial],
      [translate(locale, 'stream'), stream],
      [translate(locale, 'heard'), said],
    ],
    view,
  );
  if (more !== '') parts.push(more);
  parts.push('', ok ? view.paint('green', translate(locale, 'works')) : view.paint('red', translate(locale, 'fails')));
  return parts.join('\n');
}
