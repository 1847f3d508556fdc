import { catalogue } from '@angrid/runtime';
import type { FoundCamera, Scanned, ScanLine } from '../../control/answers.js';
import { command, value } from '../command.js';
import type { Context } from '../context.js';
import { skewText } from '../device-texts.js';
import { sentences } from '../print/sentences.js';
import { type Cell, table } from '../print/table.js';
import type { View } from '../print/view.js';

const { translate } = catalogue({
  en: {
    listening: 'asking the networks of the cameras …',
    asking: '{asked}/{of} addresses asked, {found} found',
    none: 'No camera answered. Check cameras.networks in the configuration, that the cameras are switched on with ONVIF enabled, and that they are in the same network as this gateway; cameras behind a router are found with --network <CIDR>.',
    noInterface: 'No network interface could send a probe: connect the gateway to the network of the cameras.',
    noAddress: '{count} devices answered without an address; they are no cameras, or need a restart.',
    outside: '{count} devices answered from outside of cameras.networks; add their network if they are cameras.',
    unreadable: '{count} answers could not be read.',
    cutShort: 'The time was over before every address was asked: scan a smaller network.',
    address: 'Address',
    maker: 'Maker',
    model: 'Model',
    name: 'Name',
    unit: 'Serial / MAC',
    state: 'State',
    paired: 'Paired as',
    up: 'up',
    'needs-password': 'needs a password',
    'clock-wrong': 'clock wrong ({skew})',
    reachable: 'reachable',
    next: 'Next: angrid device add <id> --profile camera --address <address> --user <user> --password-file <file>',
  },
  'zh-CN': {
    listening: '正在查询摄像机网段…',
    asking: '已查询 {asked}/{of} 个地址，找到 {found} 台',
    none: '没有摄像机应答。请检查配置 cameras.networks，确认摄像机已通电并启用 ONVIF，且与网关在同一网段；路由器后面的摄像机用 --network <CIDR> 查找。',
    noInterface: '没有可用的网口：请把网关接入摄像机所在的网络。',
    noAddress: '{count} 台设备应答但未给出地址；它们不是摄像机，或需要重启。',
    outside: '{count} 台设备从 cameras.networks 之外应答；若是摄像机，请加入其网段。',
    unreadable: '{count} 个应答无法读取。',
    cutShort: '时间已到，未查询完所有地址：请缩小网段。',
    address: '地址',
    maker: '厂商',
    model: '型号',
    name: '名称',
    unit: '序列号 / MAC',
    state: '状态',
    paired: '已添加为',
    up: '正常',
    'needs-password': '需要密码',
    'clock-wrong': '时钟错误（{skew}）',
    reachable: '可达',
    next: '下一步：angrid device add <编号> --profile camera --address <地址> --user <用户名> --password-file <文件>',
  },
});

export const deviceScan = command({
  name: 'device scan',
  about: { 'zh-CN': '查找本小区网段内的 ONVIF 摄像机', en: 'Find the ONVIF cameras in the networks of this site' },
  notes: {
    'zh-CN':
      '在通往摄像机网段的每个网口发送 WS-Discovery 组播；加 --network 时再逐个查询该网段的地址（最大 /22）。不发送任何密码',
    en: 'Asks by WS-Discovery on every interface into the networks of the cameras; with --network also each address of that network, a /22 at most. No password is sent.',
  },
  options: {
    network: value('cidr', {
      'zh-CN': '另外逐个查询该网段的地址，须在 cameras.networks 之内',
      en: 'also ask each address of this network, inside cameras.networks',
    }),
  },
  examples: ['angrid device scan', 'angrid device scan --network 192.168.60.0/24', 'angrid device scan --json'],
  exits: ['notReady'],
  run: async ({ network }, context): Promise<Scanned> => {
    context.progress.tell(translate(context.locale, 'listening'));
    const path = network === undefined ? '/scan' : `/scan?network=${encodeURIComponent(network)}`;
    return scanned(context.gateway().follow<ScanLine>(path), context);
  },
  show: scannedText,
});

async function scanned(lines: AsyncIterable<ScanLine>, { locale, progress }: Context): Promise<Scanned> {
  const cameras: FoundCamera[] = [];
  for await (const line of lines) {
    if ('camera' in line) cameras.push(line.camera);
    else if ('tally' in line) return { cameras, tally: line.tally };
    else if (line.of > 0) progress.tell(translate(locale, 'asking', line));
  }
  return { cameras, tally: { interfaces: 0, hosts: 0, ignored: {}, cutShort: true } };
}

function scannedText(found: Scanned, view: View): string {
  const { locale } = view;
  const notes = notesOf(found, view);
  if (found.cameras.length === 0) return [...notes, sentences(translate(locale, 'none'), view)].join('\n');
  const heads = (['address', 'maker', 'model', 'name', 'unit', 'state', 'paired'] as const).map((key) =>
    translate(locale, key),
  );
  const rows = found.cameras.map((camera) => [
    camera.address,
    camera.manufacturer,
    camera.model,
    camera.name,
    [camera.serial, camera.mac].filter(Boolean).join(' '),
    stateCell(camera, view),
    camera.device,
  ]);
  return [table(heads, rows, view), '', ...notes, sentences(translate(locale, 'next'), view, 'dim')].join('\n');
}

function stateCell({ reach, clockSkewMs = 0 }: FoundCamera, { locale }: View): Cell {
  const colour = ({ up: 'green', reachable: 'yellow', 'needs-password': 'yellow', 'clock-wrong': 'yellow' } as const)[
    reach
  ];
  return { text: translate(locale, reach, { skew: skewText(clockSkewMs) }), colour };
}

/** What answered and is no camera, and why less may have been found than there is. */
function notesOf({ tally }: Scanned, { locale, paint }: View): string[] {
  const { ignored, interfaces, cutShort } = tally;
  const counted = [
    ['noAddress', ignored['no-address']],
    ['outside', ignored.outside],
    ['unreadable', (ignored.unreadable ?? 0) + (ignored['too-large'] ?? 0)],
  ] as const;
  return [
    ...(interfaces === 0 ? [translate(locale, 'noInterface')] : []),
    ...counted.flatMap(([key, count]) => (count ? [translate(locale, key, { count })] : [])),
    ...(cutShort ? [translate(locale, 'cutShort')] : []),
  ].map((note) => paint('yellow', note));
}
