import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isObject, type Part, type Schema } from './schema.js';
import { operationsOf } from './structure.js';
import { TypeSchemas } from './type-schema.js';

/** One call of the console: what it expects to be answered. */
export interface ConsoleCall {
  /** Where it stands: `incidents.ts:42`. */
  readonly at: string;
  readonly method: string;
  /** With `{}` for each hole: `/api/incidents/{}`. */
  readonly path: string;
  readonly answer: Schema;
}

export interface ConsoleCalls {
  readonly calls: readonly ConsoleCall[];
  readonly components: ReadonlyMap<string, Schema>;
}

/** Reads with the compiler what the console at `root` calls, and as what it reads each answer. */
export function readConsoleCalls(root: string): ConsoleCalls {
  const folder = join(root, 'cloud/web');
  const config = ts.getParsedCommandLineOfConfigFile(join(folder, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new TypeError(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  });
  const api = join(folder, 'src/api');
  const names = readdirSync(api).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const files = names.sort().map((name) => join(api, name));
  return consoleCallsIn(ts.createProgram(files, { ...config?.options, noEmit: true }), files);
}

/** The calls of `http.get<Answer>(path)` and `http.send<Answer>(method, path)` in `files` of a program. */
export function consoleCallsIn(program: ts.Program, files: readonly string[]): ConsoleCalls {
  const checker = program.getTypeChecker();
  const schemas = new TypeSchemas(checker);
  const calls: ConsoleCall[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const [expected] = node.typeArguments ?? [];
    const verb = node.expression.name.text;
    if (node.expression.expression.getText() !== 'http' || expected === undefined) return;
    const [method, path] = verb === 'get' ? [undefined, node.arguments[0]] : [node.arguments[0], node.arguments[1]];
    const source = node.getSourceFile();
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    calls.push({
      at: `${source.fileName.split('/').at(-1) ?? ''}:${line}`,
      method: method === undefined ? 'GET' : textOf(method, checker),
      path: textOf(path, checker),
      answer: schemas.of(checker.getTypeFromTypeNode(expected)),
    });
  };
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source) visit(source);
  }
  return { calls, components: schemas.components };
}

/** A text as far as it stands in the source: helpers are followed to what they return, all else is a hole. */
function textOf(node: ts.Node | undefined, checker: ts.TypeChecker): string {
  if (node === undefined) return '{}';
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(({ expression, literal }) => textOf(expression, checker) + literal.text);
    return node.head.text + spans.join('');
  }
  if (ts.isIdentifier(node)) return textOf(initializerOf(node, checker), checker);
  if (!ts.isCallExpression(node)) return '{}';
  if (node.expression.getText() === 'withQuery') return textOf(node.arguments[0], checker);
  const helper = initializerOf(node.expression, checker);
  return helper && ts.isArrowFunction(helper) ? textOf(helper.body, checker) : '{}';
}

function initializerOf(name: ts.Node, checker: ts.TypeChecker): ts.Expression | undefined {
  const declared = checker.getSymbolAtLocation(name)?.valueDeclaration;
  return declared && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
}

/** The document as the console reads it: what it calls, answered as it expects. Throws TypeError for a call to nowhere. */
export function asTheConsoleReads(document: Part, { calls, components }: ConsoleCalls): Part {
  const paths: Record<string, Record<string, Part>> = {};
  for (const { at, method, path, answer } of calls) {
    const found = operationsOf(document).find((one) => one.at.startsWith(`${method} `) && isAt(one.path, path));
    if (found === undefined) throw new TypeError(`${at}: the cloud has no ${method} ${path}`);
    const responses = isObject(found.operation['responses']) ? found.operation['responses'] : {};
    const good = Object.keys(responses).find((status) => status.startsWith('2')) ?? '200';
    const content = { 'application/json': { schema: answer } };
    paths[found.path] = { ...paths[found.path], [method.toLowerCase()]: { responses: { [good]: { content } } } };
  }
  return { paths, components: { schemas: Object.fromEntries(components) } };
}

/** A document without anything but what its operations answer. */
export function answersOf(document: Part): Part {
  const paths: Record<string, Record<string, Part>> = {};
  for (const { at, path, operation } of operationsOf(document)) {
    const method = at.split(' ')[0]?.toLowerCase() ?? '';
    paths[path] = { ...paths[path], [method]: { responses: operation['responses'] } };
  }
  return { paths, components: document['components'] };
}

function isAt(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  if (wanted.length !== given.length) return false;
  return wanted.every((part, index) => part === given[index] || (part.startsWith('{') && given[index] === '{}'));
}
