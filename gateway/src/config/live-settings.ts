import { choice, group, integer, setting } from '@angrid/runtime';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

/** Live view on demand. */
export const liveSettings = group(zhEn('实时画面', 'Live view'), {
  most: setting(integer({ min: 0, max: 64 }), {
    default: 4,
    about: zhEn('同时送出的摄像机数上限；0 为不提供', 'Most cameras that are shown at once; 0: none'),
  }),
  masked: setting(choice('re-encode', 'refuse'), {
    default: 're-encode',
    about: zhEn(
      '设有隐私遮挡的摄像机：重新编码后送出，或拒绝',
      'A camera with privacy masks is re-encoded with them, or refused',
    ),
  }),
  mostMasked: setting(integer({ min: 0, max: 16 }), {
    default: 1,
    about: zhEn('同时重新编码的上限', 'Most of them that are re-encoded at once'),
  }),
});
