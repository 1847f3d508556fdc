import { command } from '../command.js';

/** The only command that opens the data of the gateway, because it is the gateway. */
export const run = command({
  name: 'run',
  about: { 'zh-CN': '启动网关', en: 'Start the gateway' },
  notes: {
    'zh-CN': '日志以 JSON 写到标准输出；收到 SIGTERM 或 Ctrl-C 后停止',
    en: 'It writes its log as JSON to standard output and ends with SIGTERM or Ctrl-C.',
  },
  examples: ['angrid run --config /etc/angrid/gateway.yaml'],
  exits: ['notReady'],
  run: async (_, context) => {
    context.settings();
    // Loaded here, so that no other command pays for the gateway's libraries.
    const { runGateway } = await import('../../main.js');
    const file = context.configFile === undefined ? undefined : context.path(context.configFile);
    await runGateway(context.world.environment, file);
    return { stopped: true };
  },
  show: () => '',
});
