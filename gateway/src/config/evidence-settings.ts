import { duration, group, setting, size } from '@angrid/runtime';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

interface Class {
  readonly about: ReturnType<typeof zhEn>;
  readonly quota: string;
  readonly age: string;
}

function evidenceClass({ about, quota, age }: Class) {
  return group(about, {
    quota: setting(size(), {
      default: quota,
      about: zhEn('在网关上的总量上限，最旧的先删除', 'Most bytes on the gateway; the oldest gives way'),
    }),
    age: setting(duration(), {
      default: age,
      about: zhEn('在网关上的保存时间', 'How long they stay on the gateway'),
    }),
  });
}

/** What the gateway keeps of evidence, by class, and what it may write. */
export const evidenceSettings = {
  snapshots: evidenceClass({ about: zhEn('抓拍', 'Snapshots'), quota: '500MB', age: '30d' }),
  clips: evidenceClass({ about: zhEn('片段', 'Clips, as they leave the gateway'), quota: '3GB', age: '7d' }),
  originals: evidenceClass({
    about: zhEn('有遮挡的摄像机的原始片段，加密保存在网关', 'Unmasked originals of masked cameras, encrypted on site'),
    quota: '3GB',
    age: '7d',
  }),
  dailyWrites: setting(size(), {
    default: '10GB',
    about: zhEn(
      '每天写入的证据上限（闪存会磨损）；用完后 3、4 级告警只留抓拍',
      'Evidence written a day (flash wears out); once used up, alerts of severity 3 and 4 get a snapshot and no clip',
    ),
  }),
};
