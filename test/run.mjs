// Runs everything that must hold, in order, and ends with one closing line. Stops at the first step that fails, but
// for the tests themselves, which all run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
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

function check(name, command, args) {
  counts[run(name, command, args) ? 'passed' : 'failed'] += 1;
}

function jest(name, node, project, extra = []) {
  const output = `${results}/${name}.json`;
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    project,
  ];
  const ok = run(name, node, [...args, '--json', `--outputFile=${output}`, '--silent', ...extra]);
  const found = readResult(output);
  counts.passed += found.numPassedTests;
  counts.failed += found.numFailedTests + found.numRuntimeErrorTestSuites;
  counts.skipped += found.numPendingTests + found.numTodoTests;
  if (!ok && found.numFailedTests + found.numRuntimeErrorTestSuites === 0) counts.failed += 1;
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numRuntimeErrorTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}

check('format', 'npx', ['--no-install', 'prettier', '--check', '--log-level=warn', '.']);
check('types', 'npx', ['--no-install', 'tsc', '--noEmit', '-p', 'tsconfig.json']);
check('types of the console', 'npm', ['run', '--silent', 'types', '-w', 'cloud/web']);
check('lint', 'npx', ['--no-install', 'eslint', '.']);
jest('unit', process.execPath, 'unit');
jest('unit-node24', `${root}.cache/node24/bin/node`, 'unit');
jest('scenario', process.execPath, 'scenario', ['--runInBand', '--forceExit']);

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
