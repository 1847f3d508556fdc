import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { catalogue, writeAtomically } from '@angrid/runtime';
import { tar } from '../bundle/tar.js';
import { contentsOf } from '../bundle/contents.js';
import { argument, command } from '../command.js';
import { diagnose } from '../diagnose.js';
import { sentences } from '../print/sentences.js';

const { translate } = catalogue({
  en: {
    collecting: 'collecting …',
    ending: 'the name of the file ends with .tar.gz',
    made: '{file}, {bytes} bytes. It holds no password, no name and no picture; look into it before you pass it on.',
  },
  'zh-CN': {
    collecting: '正在收集…',
    ending: '文件名应以 .tar.gz 结尾',
    made: '{file}，{bytes} 字节。其中没有密码、名称和图片；转交前请先查看。',
  },
});

export const supportBundle = command({
  name: 'support-bundle',
  about: { 'zh-CN': '生成脱敏的支持包', en: 'Make a redacted bundle for whoever helps you' },
  notes: {
    'zh-CN': '含状态、检查结果、不带密钥的配置、计数、隔离区和版本；网关未运行时也可使用',
    en: 'Status, findings, settings without secrets, counts, quarantine and versions. It also works where the gateway does not run.',
  },
  arguments: { file: argument({ 'zh-CN': '输出文件 *.tar.gz', en: 'the file to write, *.tar.gz' }) },
  examples: ['angrid support-bundle /tmp/gateway-1.tar.gz'],
  run: async ({ file: given }, context) => {
    const { locale, world, progress, redactor } = context;
    if (!given.endsWith('.tar.gz')) throw context.misuse(translate(locale, 'ending'), given);
    progress.tell(translate(locale, 'collecting'));
    const contents = await contentsOf(await diagnose(undefined, context), context);
    const entries = Object.entries(contents).map(([name, value]) => ({
      name: `angrid-support/${name}`,
      content: Buffer.from(`${redactor.redact(JSON.stringify(value, null, 2))}\n`),
    }));
    const archive = gzipSync(tar(entries, Math.floor(world.clock.wall() / 1000)));
    const file = context.path(given);
    await writeAtomically(file, archive);
    return {
      file,
      bytes: archive.length,
      sha256: createHash('sha256').update(archive).digest('hex'),
      entries: entries.map(({ name, content }) => ({ name, bytes: content.length })),
    };
  },
  show: ({ file, bytes }, view) => sentences(translate(view.locale, 'made', { file, bytes }), view),
});
