import { parseArgs } from 'node:util';
import { SystemClock } from '@angrid/runtime';
import { MockIm, sampleRobots } from './mock-im.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8090' } } });
const im = await MockIm.start({ clock: new SystemClock(), port: Number(values.port) });

const say = (text: string): void => void process.stdout.write(`${text}\n`);
say(`\n  模拟聊天 mock IM   ${im.url}\n`);
for (const robot of sampleRobots) {
  say(`  ${robot.kind.padEnd(9)} ${im.addressOf(robot)}`);
  if (robot.secret !== undefined) say(`  ${''.padEnd(9)} ${robot.secret}`);
}
say(`\n  云端设置 the cloud needs   ANGRID_CLOUD_CHANNELS_HOSTS=${im.host}`);
say('  Ctrl-C 停止 stops it\n');

const stop = (): void => {
  im.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
