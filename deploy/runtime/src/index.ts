export { Secret } from './secret/secret.js';
export { secretsIn } from './secret/secrets-in.js';
export type { Cancel, Clock } from './clock/clock.js';
export { SystemClock } from './clock/system-clock.js';
export { VirtualClock } from './clock/virtual-clock.js';
export { type Log, silentLog } from './log/log.js';
export { createLog, type LogLevel, logLevels, type LogOptions } from './log/create-log.js';
export { Redactor } from './log/redactor.js';
export { RepeatedErrors } from './log/repeated-errors.js';
export { type Catalogue, catalogue } from './locale/catalogue.js';
export { localeOf, locales } from './locale/locale.js';
export { defineSettings } from './settings/define.js';
export {
  type Group,
  group,
  type Rule,
  type Schema,
  type Setting,
  setting,
  type SettingsOf,
} from './settings/schema.js';
export type { Environment, Parsed, Refusal, SettingType, Written } from './settings/setting-type.js';
export { checkSettings, type CheckedSettings, loadSettings, type SettingsSource } from './settings/load.js';
export { referenceOf } from './settings/reference.js';
export { sampleOf } from './settings/sample.js';
export { type Variable, variablesOf } from './settings/variables.js';
export { type Mistake, sentenceOf } from './settings/mistake.js';
export { host, type ListenAddress, listenAddress, url } from './settings/types/address.js';
export { list } from './settings/types/list.js';
export { Network, network } from './settings/types/network.js';
export { integer, number, port } from './settings/types/number.js';
export { duration, size } from './settings/types/quantity.js';
export { secret } from './settings/types/secret-reference.js';
export { boolean, choice, path, text } from './settings/types/text.js';
export { Hours, hours, timeZone } from './settings/types/time.js';
export { type OwnCaOptions, type OwnCertificates, ownCertificates } from './certificates/own-ca.js';
export { writeAtomically } from './files/atomic-write.js';
export { type KeyPair, keyPem } from './certificates/key-pair.js';
