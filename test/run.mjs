// Runs everything that must hold, in order, and ends with one closing line. Stops at the first step that fails, but
// for the tests themselves, which all run.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = `${root}.cache/results`;
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const counts = { passed: 0, failed: 0, skipped: 0 };

function run(name, command, args, environment = {}) {
  console.log(`\n=== ${name}`);
  const started = performance.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  console.log(
    `=== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  return status === 0;
}

/** Checks that need no more than a core each, two at a time; what each says is shown whole. */
async function check(checks) {
  const waiting = [...checks];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await checkOne(next);
  };
  await Promise.all([work(), work()]);
}

async function checkOne([name, command, ...args]) {
  const started = performance.now();
  const { status, output } = await outcome(command, args);
  counts[status === 0 ? 'passed' : 'failed'] += 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`\n=== ${name}\n${output}=== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${seconds} s`);
}

function outcome(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

function jest(name, node, project, extra = [], environment = {}) {
  const output = `${results}/${name}.json`;
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    project,
  ];
  const ok = run(name, node, [...args, '--json', `--outputFile=${output}`, '--silent', ...extra], environment);
  const found = readResult(output);
  counts.passed += found.numPassedTests;
  counts.failed += found.numFailedTests + found.numRuntimeErrorTestSuites;
  counts.skipped += found.numPendingTests + found.numTodoTests;
  if (!ok && found.numFailedTests + found.numRuntimeErrorTestSuites === 0) counts.failed += 1;
}

/** The newest PostgreSQL that the distribution's packages have put there. */
function packagedPostgres() {
  const versions = readdirSync('/usr/lib/postgresql').map(Number).filter(Number.isInteger);
  return `/usr/lib/postgresql/${Math.max(...versions)}`;
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numRuntimeErrorTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}

await check([
  ['lint', 'npx', '--no-install', 'eslint', '.'],
  ['format', 'npx', '--no-install', 'prettier', '--check', '--log-level=warn', '.'],
  ['types', 'npx', '--no-install', 'tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['types of the console', 'npm', 'run', '--silent', 'types', '-w', 'cloud/web'],
]);
const both = ['--maxWorkers=2'];
jest('unit', process.execPath, 'unit', both);
// What runs on a server or a box; the console runs in browsers, and what lies in test/ on the developer's Node.
const onNode = '/(cloud/(contract|src)|deploy|device-profiles|gateway)/';
jest('unit-node24', `${root}.cache/node24/bin/node`, 'unit', [...both, '--testPathPatterns', onNode]);
// A program of one side by itself.
jest('scenario-sides', process.execPath, 'scenario', [...both, '--testPathPatterns', '/(cloud|gateway)/src/']);
// What depends on what SQL does, once more on the distribution's server.
const onServer =
  '/cloud/src/(app\\.|platform/database/(database|notifications|backup)|ingest/|correlation/(correlation|act)|dispatch/|units/|appraisal/appraisal|reports/)';
jest('scenario-postgresql', process.execPath, 'scenario', [...both, '--testPathPatterns', onServer], {
  ANGRID_TEST_POSTGRES: packagedPostgres(),
});
// Both sides together: two at a time what mostly waits for real time; then one by one what looks for every camera of
// the machine, or needs the machine for itself.
const slow = 'faults/|scenarios/(camera-faults|camera-login|delivery|external-broker|learn|media|outage)';
const scenario = (name, workers, pattern) =>
  jest(name, process.execPath, 'scenario', [workers, '--forceExit', '--testPathPatterns', pattern]);
scenario('scenario-waiting', '--maxWorkers=2', `/test/(${slow})`);
scenario('scenario', '--runInBand', `/test/(?!${slow})`);

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
