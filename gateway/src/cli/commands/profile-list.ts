import { checkProfile, compileProfile } from '@angrid/device-profiles';
import { catalogue } from '@angrid/runtime';
import type { ProfileRow } from '../../control/answers.js';
import { command } from '../command.js';
import { kindWord } from '../device-texts.js';
import { table } from '../print/table.js';
import { profileFiles } from '../profile-files.js';

const { translate } = catalogue({
  en: {
    name: 'Profile',
    kind: 'For',
    vendor: 'Vendor',
    model: 'Model',
    protocol: 'Protocol',
    seen: 'Seen on hardware',
    yes: 'yes',
    no: 'not yet',
  },
  'zh-CN': {
    name: '配置文件',
    kind: '设备',
    vendor: '厂商',
    model: '型号',
    protocol: '协议',
    seen: '经实机验证',
    yes: '是',
    no: '尚未',
  },
});

export const profileList = command({
  name: 'profile list',
  about: { 'zh-CN': '列出设备配置文件', en: 'List the device profiles' },
  examples: ['angrid profile list'],
  run: async (_, context): Promise<readonly ProfileRow[]> => {
    const files = await profileFiles(undefined, context);
    return files.map(({ file, text }) => {
      const { name, label, device, protocol, verified, source } = compileProfile(checkProfile(text, file));
      return { name, label, device, protocol, verified, vendor: source.vendor, model: source.model };
    });
  },
  show: (profiles, view) => {
    const { locale } = view;
    const heads = (['name', 'kind', 'vendor', 'model', 'protocol', 'seen'] as const).map((key) =>
      translate(locale, key),
    );
    const rows = profiles.map(({ name, device, vendor, model, protocol, verified }) => [
      name,
      kindWord(device, view),
      vendor,
      model,
      protocol,
      translate(locale, verified ? 'yes' : 'no'),
    ]);
    return table(heads, rows, view);
  },
});
