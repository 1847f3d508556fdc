import { scalar, type SettingType } from '../setting-type.js';

/** Text of 1 to `max` characters. */
export function text({ max = 200 }: { max?: number } = {}): SettingType<string> {
  return scalar({ 'zh-CN': `1 到 ${max} 个字符的文本`, en: `text of 1 to ${max} characters` }, (written) =>
    written.length >= 1 && written.length <= max ? written : undefined,
  );
}

/** One of the given words. */
export function choice<const T extends string>(...words: readonly T[]): SettingType<T> {
  const name = { 'zh-CN': `${words.join('、')} 之一`, en: `one of ${words.join(', ')}` };
  return scalar(name, (written) => words.find((word) => word === written));
}

/** true or false. */
export function boolean(): SettingType<boolean> {
  return scalar({ 'zh-CN': 'true 或 false', en: 'true or false' }, (written) => {
    if (written === 'true') return true;
    return written === 'false' ? false : undefined;
  });
}

/** A file or folder, absolute or from the working directory. */
export function path(): SettingType<string> {
  return scalar({ 'zh-CN': '文件或文件夹的路径', en: 'a path of a file or folder' }, (written) =>
    written.length >= 1 && written.length <= 4096 && !written.includes('\0') ? written : undefined,
  );
}
