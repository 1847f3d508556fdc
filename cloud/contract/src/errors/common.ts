import { define } from './definition.js';

/** Configuration, input and everything that belongs to no step. */
export const commonErrors = define({
  'config.unknown-key': {
    title: { 'zh-CN': '配置中有未知的键', en: 'The configuration has an unknown key' },
    hint: {
      'zh-CN': '改用提示中最接近的键，或删除它',
      en: 'Use the nearest known key that the message names, or remove the key',
    },
    retry: 'never',
    exit: 2,
  },
  'config.invalid-value': {
    title: { 'zh-CN': '配置的值无效', en: 'A configuration value is not valid' },
    hint: {
      'zh-CN': '按参考页中的类型和范围改正',
      en: 'Correct it to the type and range that the reference page gives',
    },
    retry: 'never',
    exit: 2,
  },
  'config.unreadable': {
    title: { 'zh-CN': '无法读取配置文件', en: 'The configuration file cannot be read' },
    hint: { 'zh-CN': '检查路径、权限和 YAML 语法', en: 'Check the path, the permissions and the YAML syntax' },
    retry: 'never',
    exit: 2,
  },
  'config.missing-value': {
    title: { 'zh-CN': '缺少必填的配置', en: 'A required configuration value is missing' },
    hint: { 'zh-CN': '在配置文件或环境变量中给出它', en: 'Give it in the configuration file or in the environment' },
    retry: 'never',
    exit: 2,
  },
  'config.secret-literal': {
    title: { 'zh-CN': '密钥直接写在了配置中', en: 'A secret stands in the configuration itself' },
    hint: {
      'zh-CN': '改写为引用：file:/路径、env:变量名 或 credential:名称，并更换已泄露的密钥',
      en: 'Write a reference, file:/path, env:NAME or credential:NAME, and change the secret that was exposed',
    },
    retry: 'never',
    exit: 2,
  },
  'config.secret-exposed': {
    title: { 'zh-CN': '密钥文件可被他人读取', en: 'Other users can read the file of a secret' },
    hint: { 'zh-CN': '运行 chmod 600 <文件>', en: 'Run chmod 600 <file>' },
    retry: 'never',
    exit: 2,
  },
  'config.secret-missing': {
    title: { 'zh-CN': '引用的密钥不存在', en: 'A referenced secret does not exist' },
    hint: {
      'zh-CN': '创建所引用的文件或环境变量',
      en: 'Create the file or environment variable that the reference names',
    },
    retry: 'never',
    exit: 2,
  },
  'input.invalid': {
    title: { 'zh-CN': '输入无效', en: 'The input is not valid' },
    hint: { 'zh-CN': '按提示改正所列的字段', en: 'Correct the fields that are listed' },
    retry: 'never',
    http: 400,
    exit: 2,
  },
  'input.too-large': {
    title: { 'zh-CN': '输入过大', en: 'The input is too large' },
    hint: { 'zh-CN': '分成更小的部分再发送', en: 'Send it in smaller parts' },
    retry: 'never',
    http: 413,
  },
  'subject.not-found': {
    title: { 'zh-CN': '找不到该对象', en: 'There is no such thing' },
    hint: { 'zh-CN': '检查编号，或确认您有权查看', en: 'Check the id, and that you may see it' },
    retry: 'never',
    http: 404,
    exit: 4,
  },
  'subject.conflict': {
    title: { 'zh-CN': '与当前状态冲突', en: 'It conflicts with the present state' },
    hint: { 'zh-CN': '刷新后按当前状态再试', en: 'Reload and try again from the present state' },
    retry: 'never',
    http: 409,
    exit: 5,
  },
  'internal.unexpected': {
    title: { 'zh-CN': '内部错误', en: 'An unexpected error inside the program' },
    hint: { 'zh-CN': '生成支持包并报告该问题', en: 'Make a support bundle and report the problem' },
    retry: 'later',
    http: 500,
  },
});
