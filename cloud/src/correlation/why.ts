import { kindDefinition, type EventKind, type Localized } from '@angrid/contract';

export interface Reason {
  readonly door: { readonly name: string; readonly kind: EventKind; readonly at: Date };
  readonly camera?: { readonly name: string; readonly kind: EventKind; readonly at: Date };
}

/** The sentence that says why these alerts belong together. */
export function whySentence({ door, camera }: Reason): Localized {
  const doorTitle = kindDefinition(door.kind).title;
  if (!camera) return { 'zh-CN': `${door.name}：${doorTitle['zh-CN']}`, en: `${door.name}: ${doorTitle.en}` };
  const cameraTitle = kindDefinition(camera.kind).title;
  const seconds = Math.round((camera.at.getTime() - door.at.getTime()) / 1000);
  return {
    'zh-CN': `${door.name}：${doorTitle['zh-CN']}，${apartZh(seconds)}对着该门的${camera.name}：${cameraTitle['zh-CN']}`,
    en: `${door.name}: ${doorTitle.en}; ${camera.name}, which looks at this door: ${cameraTitle.en} ${apartEn(seconds)}`,
  };
}

function apartZh(seconds: number): string {
  if (seconds === 0) return '同时';
  return seconds > 0 ? `${seconds} 秒后` : `${-seconds} 秒前`;
}

function apartEn(seconds: number): string {
  if (seconds === 0) return 'at the same time';
  return `${Math.abs(seconds)} s ${seconds > 0 ? 'later' : 'before'}`;
}
