import { catalogue } from '@angrid/runtime';
import type { DeviceStored, Linked } from '../../control/answers.js';
import { argument, command, many, required, value } from '../command.js';
import type { Context } from '../context.js';
import { accessText, deviceFacts } from '../device-texts.js';
import type { GatewayClient } from '../gateway-client.js';
import { passwordOptions, type PasswordSource, readPassword } from '../secret-input.js';
import { linkText } from './device-link.js';
import { profileKind } from '../profile-kind.js';

const { translate } = catalogue({
  en: {
    asking: 'asking the camera who it is …',
    added: 'The device is paired.',
    camera: 'The camera answered: {manufacturer} {model}',
    needs: 'a camera needs --address and --user',
    extra: '--address and a password are for cameras; a panel gets a password from the gateway',
    prove: 'Next: prove that it works with angrid device test {id}',
  },
  'zh-CN': {
    asking: '正在询问摄像机…',
    added: '设备已添加。',
    camera: '摄像机已应答：{manufacturer} {model}',
    needs: '摄像机需要 --address 和 --user',
    extra: '--address 和密码只用于摄像机；面板的密码由网关生成',
    prove: '下一步：用 angrid device test {id} 验证',
  },
});

export interface Added extends DeviceStored {
  readonly link?: Linked;
}

export const deviceAdd = command({
  name: 'device add',
  about: { 'zh-CN': '添加一台设备', en: 'Pair a device' },
  notes: {
    'zh-CN': '面板：打印需要填入面板的地址、用户名和密码（只显示一次）。摄像机：先核对密码，再保存',
    en: 'A panel: prints host, user and password to type into it, once. A camera: its password is tried before it is kept.',
  },
  arguments: { id: argument({ 'zh-CN': '设备编号（字母、数字、- 和 _）', en: 'its id (letters, digits, - and _)' }) },
  options: {
    profile: required('name', { 'zh-CN': '设备配置文件', en: 'its device profile' }),
    name: value('text', { 'zh-CN': '名称，如“3 号楼 2 单元门”', en: 'its name, for people' }),
    address: value('url', { 'zh-CN': '摄像机的 ONVIF 地址', en: 'the ONVIF address of a camera' }),
    user: value('name', { 'zh-CN': '登录用户名；面板默认为编号', en: 'its user; for a panel the id unless given' }),
    ...passwordOptions,
    vendorId: value('id', {
      'zh-CN': '面板自身的编号（用于主题）',
      en: 'the own id of a panel, as its topics have it',
    }),
    timezone: value('zone', { 'zh-CN': '设备时钟的时区', en: 'the zone of its clock' }),
    place: value('place', { 'zh-CN': '同时关联到该位置', en: 'link it to this place' }),
    camera: many('id', { 'zh-CN': '同时关联这些摄像机', en: 'link these cameras to it' }),
  },
  examples: [
    'angrid device add gate-1 --profile json-panel --name "1 号楼大门" --place p-1-1 --camera cam-1',
    'angrid device add cam-1 --profile camera --address http://192.168.60.11/onvif/device_service --user admin --password-file cam-1.pass',
  ],
  exits: ['notReady', 'notFound', 'conflict'],
  run: async (input, context): Promise<Added> => {
    const { id, profile, name, user, vendorId, timezone, place, camera: cameras } = input;
    const gateway = context.gateway();
    const isCamera = (await profileKind(profile, gateway)) === 'camera';
    const login = isCamera ? await cameraLogin(input, context) : panelLogin(input, context);
    const body = { id, profile, name, user, vendorId, timezone, ...login };
    if (isCamera) context.progress.tell(translate(context.locale, 'asking'));
    const stored = await gateway.post<DeviceStored>('/devices', body);
    const link = await linked(gateway, { device: id, place, cameras });
    return { ...stored, ...(link && { link }) };
  },
  show: ({ device, access, inventory, link }, view) => {
    const parts = [view.paint('green', translate(view.locale, 'added')), deviceFacts(device, view)];
    if (inventory) parts.push(translate(view.locale, 'camera', inventory));
    if (access) parts.push('', accessText(access, view));
    if (link) parts.push('', linkText(link, view));
    return [...parts, '', translate(view.locale, 'prove', { id: device.id })].join('\n');
  },
});

interface Typed extends PasswordSource {
  readonly address: string | undefined;
  readonly user: string | undefined;
}

async function cameraLogin(typed: Typed, context: Context): Promise<{ address: string; password: string }> {
  const { address, user } = typed;
  if (address === undefined || user === undefined) throw context.misuse(translate(context.locale, 'needs'));
  return { address, password: (await readPassword(typed, context)).reveal() };
}

function panelLogin({ address, passwordFile, passwordEnv, passwordStdin }: Typed, context: Context): object {
  const none = address === undefined && passwordFile === undefined && passwordEnv === undefined && !passwordStdin;
  if (!none) throw context.misuse(translate(context.locale, 'extra'));
  return {};
}

interface Links {
  readonly device: string;
  readonly place: string | undefined;
  readonly cameras: readonly string[];
}

async function linked(gateway: GatewayClient, links: Links): Promise<Linked | undefined> {
  if (links.place === undefined && links.cameras.length === 0) return undefined;
  return gateway.post<Linked>('/links', links);
}
