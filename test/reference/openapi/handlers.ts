import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { TypeSchemas } from './type-schema.js';
import type { Schema } from './schema.js';

/** What the source of a handler says about it. */
export interface Handler {
  readonly description: string;
  /** Of what it answers; undefined where it answers nothing. */
  readonly answer: Schema | undefined;
  /** What its body reads: names of the arguments of `@Route` that must say so, with the expression that reads. */
  readonly reads: ReadonlyMap<'body' | 'query', string | undefined>;
  /** The expressions that `@Route` gives for them. */
  readonly declared: ReadonlyMap<string, string>;
  /** It writes its answer by hand. */
  readonly answersRaw: boolean;
}

export interface Handlers {
  /** By `Controller.method`. */
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly components: ReadonlyMap<string, Schema>;
}

/** Reads every controller of the cloud in the repository at `root` with the compiler. */
export function readHandlers(root: string): Handlers {
  const folder = join(root, 'cloud');
  const config = ts.getParsedCommandLineOfConfigFile(join(folder, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new TypeError(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  });
  const files = controllersBelow(join(folder, 'src'));
  return handlersOf(ts.createProgram(files, { ...config?.options, noEmit: true }), files);
}

function controllersBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.controller.ts'))
    .sort()
    .map((name) => join(folder, name));
}

/** The handlers that the controllers in `files` of a program hold. */
export function handlersOf(program: ts.Program, files: readonly string[]): Handlers {
  const checker = program.getTypeChecker();
  const schemas = new TypeSchemas(checker);
  const handlers = new Map<string, Handler>();
  for (const file of files) {
    const classes = program.getSourceFile(file)?.statements.filter((one) => ts.isClassDeclaration(one)) ?? [];
    for (const controller of classes) {
      for (const member of controller.members) {
        if (!ts.isMethodDeclaration(member) || decoratorOf(member, 'Route') === undefined) continue;
        const name = `${controller.name?.text ?? ''}.${member.name.getText()}`;
        handlers.set(name, handlerOf(member, checker, schemas));
      }
    }
  }
  return { handlers, components: schemas.components };
}

function handlerOf(method: ts.MethodDeclaration, checker: ts.TypeChecker, schemas: TypeSchemas): Handler {
  const signature = checker.getSignatureFromDeclaration(method);
  if (signature === undefined) throw new TypeError(`no signature: ${method.name.getText()}`);
  const returned = checker.getReturnTypeOfSignature(signature);
  const type = checker.getAwaitedType(returned) ?? returned;
  const isVoid = (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  return {
    description: ts.displayPartsToString(signature.getDocumentationComment(checker)),
    answer: isVoid ? undefined : schemas.of(type),
    reads: readsOf(method),
    declared: declaredBy(method),
    answersRaw: method.parameters.some((one) => decoratorOf(one, 'Res')?.arguments.length === 0),
  };
}

function readsOf(method: ts.MethodDeclaration): ReadonlyMap<'body' | 'query', string | undefined> {
  const reads = new Map<'body' | 'query', string | undefined>();
  for (const parameter of method.parameters) {
    const name = parameter.name.getText();
    if (decoratorOf(parameter, 'Body')) reads.set('body', validatorOf(method, name));
    if (decoratorOf(parameter, 'Query')) reads.set('query', validatorOf(method, name));
  }
  return reads;
}

/** The schema that a handler checks a parameter with: `validated(schema, name, …)` or `schema.safeParse(name)`. */
function validatorOf(method: ts.MethodDeclaration, name: string): string | undefined {
  let found: string | undefined;
  const isIt = (node: ts.Node | undefined): boolean =>
    node?.getText() === name || (node !== undefined && ts.isBinaryExpression(node) && node.left.getText() === name);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const { expression, arguments: given } = node;
      if (expression.getText() === 'validated' && isIt(given[1])) found = given[0]?.getText();
      const parses = ts.isPropertyAccessExpression(expression) && expression.name.text === 'safeParse';
      if (parses && isIt(given[0])) found = expression.expression.getText();
    }
    ts.forEachChild(node, visit);
  };
  if (method.body) visit(method.body);
  return found ?? throughMember(method, name);
}

/** A parameter handed to another method of the controller is checked there, under the name that it has there. */
function throughMember(method: ts.MethodDeclaration, name: string): string | undefined {
  let found: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name: called } = node.expression;
      const at = node.arguments.findIndex((one) => one.getText() === name);
      const own = expression.kind === ts.SyntaxKind.ThisKeyword && at >= 0 ? memberOf(method, called.text) : undefined;
      const parameter = own?.parameters[at]?.name.getText();
      if (own && own !== method && parameter !== undefined) found ??= validatorOf(own, parameter);
    }
    ts.forEachChild(node, visit);
  };
  if (method.body) visit(method.body);
  return found;
}

function memberOf({ parent }: ts.MethodDeclaration, name: string): ts.MethodDeclaration | undefined {
  if (!ts.isClassDeclaration(parent)) return undefined;
  return parent.members.filter((one) => ts.isMethodDeclaration(one)).find((one) => one.name.getText() === name);
}

function declaredBy(method: ts.MethodDeclaration): ReadonlyMap<string, string> {
  const [policy] = decoratorOf(method, 'Route')?.arguments ?? [];
  if (policy === undefined || !ts.isObjectLiteralExpression(policy)) return new Map();
  const pairs = policy.properties.filter((one) => ts.isPropertyAssignment(one));
  return new Map(pairs.map(({ name, initializer }) => [name.getText(), initializer.getText()]));
}

function decoratorOf(node: ts.HasDecorators, name: string): ts.CallExpression | undefined {
  const calls = (ts.getDecorators(node) ?? []).map(({ expression }) => expression);
  return calls.filter((one) => ts.isCallExpression(one)).find(({ expression }) => expression.getText() === name);
}
