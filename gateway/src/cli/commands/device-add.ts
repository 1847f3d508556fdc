import { catalogue } from '@angrid/runtime';
import type { DeviceStored, Linked } from '../../control/answers.js';
import { argument, command, many, required, value } from '../command.js';
import type { Context } from '../context.js';
import { accessText, deviceFacts } from '../device-texts.js';
import type { GatewayClient } from '../gateway-client.js';
import { hasPasswordSource, passwordOptions, type PasswordSource, readPassword } from '../secret-input.js';
import { linkText } from './device-link.js';
import { protocolOf } from '../protocol-of.js';

const { translate } = catalogue({
  en: {
    asking: 'asking the camera who it is …',
    added: 'The device is paired.',
    camera: 'The camera answered: {manufacturer} {model}',
    needs:
      'a camera needs --address or --serial; --user goes with its password, and without both the credential list is tried',
    searching: 'looking for the camera on the network …',
    extra: 'this panel gets its password from the gateway, and no --address, --device-user or password',
    together: '--device-user and the password of the panel itself go together',
    prove: 'Next: prove that it works with angrid device test {id}',
  },
  'zh-CN': {
    asking: '正在询问摄像机…',
    added: '设备已添加。',
    camera: '摄像机已应答：{manufacturer} {model}',
    needs: '摄像机需要 --address 或 --serial；--user 须与密码同时给出，都不给出时使用凭据表',
    searching: '正在网络中查找摄像机…',
    extra: '该面板的密码由网关生成，不需要 --address、--device-user 或密码',
    together: '--device-user 与面板自身的密码须同时给出',
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
    'zh-CN':
      '面板：打印需要填入面板的地址、用户名和密码，或 HTTP 推送地址（只显示一次）。摄像机：先核对密码，再保存。网关需要主动访问的 HTTP 面板：另给出 --address、--device-user 和密码',
    en: 'A panel: prints host, user and password, or the address to push to over HTTP, to type into it, once. A camera: its password is tried before it is kept. An HTTP panel that the gateway calls: give its --address, --device-user and password too.',
  },
  arguments: { id: argument({ 'zh-CN': '设备编号（字母、数字、- 和 _）', en: 'its id (letters, digits, - and _)' }) },
  options: {
    profile: required('name', { 'zh-CN': '设备配置文件', en: 'its device profile' }),
    name: value('text', { 'zh-CN': '名称，如“3 号楼 2 单元门”', en: 'its name, for people' }),
    address: value('url', {
      'zh-CN': '摄像机的 ONVIF 地址，或 HTTP 面板自身的地址',
      en: 'the ONVIF address of a camera, or the own address of an HTTP panel',
    }),
    serial: value('serial', {
      'zh-CN': '摄像机的序列号或 MAC；在网络中查找其地址',
      en: 'serial number or MAC of a camera, whose address is then looked for',
    }),
    user: value('name', { 'zh-CN': '登录用户名；面板默认为编号', en: 'its user; for a panel the id unless given' }),
    deviceUser: value('name', {
      'zh-CN': 'HTTP 面板自身的用户名（网关访问它时使用）',
      en: 'the user of an HTTP panel itself, where the gateway calls it',
    }),
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
    'angrid device add cam-2 --profile camera --serial 00:11:22:33:44:55',
    'angrid device add gate-2 --profile acs-isapi --address http://192.168.50.20 --device-user admin --password-file gate-2.pass',
  ],
  exits: ['notReady', 'notFound', 'conflict'],
  run: async (input, context): Promise<Added> => {
    const { id, profile, name, user, vendorId, timezone, place, camera: cameras } = input;
    const gateway = context.gateway();
    const protocol = await protocolOf(profile, gateway);
    const isCamera = protocol === 'onvif';
    const login = await loginOf(protocol, input, context);
    const body = { id, profile, name, user, vendorId, timezone, ...login };
    if (isCamera)
      context.progress.tell(translate(context.locale, input.address === undefined ? 'searching' : 'asking'));
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
  readonly serial: string | undefined;
  readonly user: string | undefined;
  readonly deviceUser: string | undefined;
}

async function loginOf(protocol: string, typed: Typed, context: Context): Promise<object> {
  if (protocol === 'onvif') return cameraLogin(typed, context);
  return protocol === 'http' ? pushLogin(typed, context) : panelLogin(typed, context);
}

/** The login of the panel itself, where the gateway calls it. */
async function pushLogin(typed: Typed, context: Context): Promise<object> {
  const { address, serial, deviceUser } = typed;
  if (serial !== undefined) throw context.misuse(translate(context.locale, 'extra'));
  const hasPassword = hasPasswordSource(typed);
  if ((deviceUser !== undefined) !== hasPassword) throw context.misuse(translate(context.locale, 'together'));
  if (!hasPassword) return { address };
  return { address, deviceUser, password: (await readPassword(typed, context)).reveal() };
}

/** Without user and password the gateway tries its credential list. */
async function cameraLogin(typed: Typed, context: Context): Promise<object> {
  const { address, serial, user } = typed;
  const hasLogin = user !== undefined;
  if ((address === undefined) === (serial === undefined) || (!hasLogin && hasPasswordSource(typed)))
    throw context.misuse(translate(context.locale, 'needs'));
  const where = address === undefined ? { serial } : { address };
  return hasLogin ? { ...where, password: (await readPassword(typed, context)).reveal() } : where;
}

function panelLogin(typed: Typed, context: Context): object {
  const { address, serial, deviceUser } = typed;
  if (address !== undefined || serial !== undefined || deviceUser !== undefined || hasPasswordSource(typed))
    throw context.misuse(translate(context.locale, 'extra'));
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
