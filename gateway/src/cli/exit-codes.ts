import type { Localized } from '@angrid/contract';

interface ExitCode {
  readonly status: number;
  readonly about: Localized;
}

/** With what a command ends. An error of the registry ends with its own `exit`, which is one of these. */
export const exitCodes = {
  done: { status: 0, about: { 'zh-CN': '完成', en: 'done' } },
  failed: {
    status: 1,
    about: { 'zh-CN': '未成功，或检查发现故障', en: 'it failed, or a check found something broken' },
  },
  misuse: {
    status: 2,
    about: { 'zh-CN': '命令、输入或配置有误', en: 'the command, an input or the configuration is wrong' },
  },
  notReady: {
    status: 3,
    about: { 'zh-CN': '网关尚未初始化或没有运行', en: 'the gateway is not set up or does not run' },
  },
  notFound: { status: 4, about: { 'zh-CN': '没有该设备或对象', en: 'there is no such device or thing' } },
  conflict: { status: 5, about: { 'zh-CN': '与当前状态冲突', en: 'it conflicts with the present state' } },
  cloud: {
    status: 6,
    about: { 'zh-CN': '云端无法连接或拒绝', en: 'the cloud cannot be reached, or it refuses' },
  },
  interrupted: { status: 130, about: { 'zh-CN': '被 Ctrl-C 中断', en: 'interrupted with Ctrl-C' } },
} as const satisfies Readonly<Record<string, ExitCode>>;

export type ExitName = keyof typeof exitCodes;
