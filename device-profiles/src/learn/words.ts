import { isPersonalName } from '../lint/personal.js';

/** `subEventType` → sub, event, type. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** More names of this trade that lead to a person or a household than a profile's author must avoid. */
const PRIVATE = new Set(
  'room house flat apartment owner resident visitor holder contact caller callee called calling member family who nick nickname mail email host hostname ip url uri wifi ssid token secret pwd passwd auth session signature mac imei imsi lat lng lon latitude longitude user username uid person people card plate phone building village street company department remark note memo'.split(
    ' ',
  ),
);

/** True for the name of a field whose value must not be shown. */
export function isPrivateName(name: string): boolean {
  return isPersonalName(name) || wordsOf(name).some((word) => PRIVATE.has(word));
}

const CODES = new Set(
  'event type code cmd command operator method action status state result mode reason kind alarm what how verify table direction topic msg op is'.split(
    ' ',
  ),
);

/** True for the name of a field that says what happened, in words of the device's maker. */
export function isCodeName(name: string): boolean {
  return !isPrivateName(name) && wordsOf(name).some((word) => CODES.has(word));
}

const TIMES = /time|date|stamp|utc|(^|_)(at|ts)$/i;

export function isTimeName(name: string): boolean {
  return TIMES.test(name);
}

const NUMBER = '_?(?:id|no|num|number|index|seq|sequence|count)';
const OF_RECORDS = new RegExp(
  `^(?:seq|sequence|index|count|(?:seq|sequence|rec|record|log|serial|event|boot|msg|message)${NUMBER})$`,
  'i',
);
const OF_SOMETHING = /^(?:id|no|num|number)$/i;

/** True for the name of a field that can be the number of a record, if its values are such numbers. */
export function isCountName(name: string): boolean {
  return isRecordNumber(name) || OF_SOMETHING.test(name);
}

/** True for the name of a field that numbers the records of a device, and nothing else. */
export function isRecordNumber(name: string): boolean {
  return OF_RECORDS.test(name) && !isPrivateName(name);
}

const VOCABULARY = new Set(
  'a access accept accepted action active alarm alert alive allow allowed and anti app armed away back bad battery beat bell bluetooth break broken button call cancel card close closed code connect connected contact control controller data default denied device disabled disarm disarmed disconnect door down duress emergency enabled end ended entry error event exit face fail failed failure false finger fingerprint fire forced gate granted hang heart heartbeat held high idle in info input interlock invalid key keypad left linkage local lock locked log long low magnetic mains method mode motion network no none normal not notify off offline ok on online open opened opening out output panel passback password pic pin power pull push reader record recovered recovery refused register release released remote report reset restart restored result right ring ringing schedule sensor snap start started state status stop stopped success system tamper test time timeout to true unlock unlocked unknown up upload valid verify video wait warning wrong yes zone'.split(
    ' ',
  ),
);

/** True for a text that is all made of words of this trade: it names nobody. */
export function isTradeTalk(text: string): boolean {
  const words = wordsOf(text);
  return /^[\w ./:-]{1,64}$/.test(text) && words.length > 0 && words.every((word) => VOCABULARY.has(word));
}
